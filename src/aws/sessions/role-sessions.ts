import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { SessionCredentials, Sts } from '../sts.js';
import { isPassing } from '../sts-error.js';
import { assumeNarrowed, type Narrowing, SESSION_SECONDS } from './assume-role.js';
import type { Waiting } from './retry-passing.js';

/** Whose session in which schema, and how narrow. */
export interface SessionKey {
  readonly schema: string;
  readonly roleArn: string;
  readonly externalId: string;
  /** `sessionName` of the principal. */
  readonly sessionName: string;
  /** Whether the session also carries the name as its source identity. */
  readonly sourceIdentity: boolean;
  /** A session policy in JSON; undefined for Headgate's own work, such as reading the catalog. */
  readonly policy: string | undefined;
}

export interface RoleSession {
  readonly credentials: SessionCredentials;
  /** For audit: what CloudTrail calls whoever acts. */
  readonly arn: string;
  readonly narrowing: Narrowing;
}

/** To be asked before each request; forced when AWS said that what was given is no longer good. */
export type SessionProvider = (options?: { readonly forceRefresh?: boolean }) => Promise<SessionCredentials>;

/** Role sessions, one for each key at a time. */
export interface RoleSessions {
  /** A session that is good for some minutes. Throws the codes of `stsError`. */
  session(key: SessionKey): Promise<RoleSession>;
  /**
   * The credentials of `session`, whichever that is when it is asked: so what runs longer than a session goes on. After a `drop`
   * it only throws UNAVAILABLE: what began before does not outlast the schema.
   */
  providerOf(key: SessionKey): SessionProvider;
  /** Forgets the sessions of a schema, also those that are just being made: it was changed, disabled or deleted. */
  drop(schema: string): void;
  /** Forgets all, and ends what waits. Nothing may be asked afterwards. */
  close(): void;
}

export interface RoleSessionsOptions extends Omit<Waiting, 'signal'> {
  /** Headgate's own way to the STS of the schema. */
  readonly stsOf: (schema: string) => Sts;
}

/** Longer than any page takes, so that what is handed out does not expire on the way. */
const REFRESH_BEFORE_MS = 5 * 60_000;
/** An old session serves this long when no new one can be had for a passing reason. */
const USABLE_BEFORE_MS = 30_000;
/** Requests that were refused together ask for fresh credentials together: once is enough. */
const FORCED_REFRESH_AFTER_MS = 5_000;

interface Held {
  readonly session: RoleSession;
  readonly assumedMs: number;
}

interface Entry {
  readonly key: SessionKey;
  held?: Held | undefined;
  /** The one call that is under way. */
  pending?: Promise<Held> | undefined;
}

export function roleSessions({ stsOf, clock, random }: RoleSessionsOptions): RoleSessions {
  const entries = new Map<string, Entry>();
  /** How often a schema was dropped. */
  const drops = new Map<string, number>();
  const closing = new AbortController();

  const assume = async (entry: Entry): Promise<Held> => {
    const { schema, roleArn, externalId, sessionName, sourceIdentity, policy } = entry.key;
    const request = {
      roleArn,
      externalId,
      sessionName,
      durationSeconds: SESSION_SECONDS,
      ...(sourceIdentity && { sourceIdentity: sessionName }),
      ...(policy !== undefined && { policy }),
    };
    const waiting = { clock, random, signal: closing.signal };
    const { credentials, arn, narrowing } = await assumeNarrowed(stsOf(schema), request, waiting);
    return { session: { credentials, arn, narrowing }, assumedMs: clock.now() };
  };

  /** Everybody who asks meanwhile gets the same call. */
  const renew = (entry: Entry): Promise<Held> => {
    entry.pending ??= assume(entry)
      .then((held) => {
        entry.held = held;
        return held;
      })
      .finally(() => {
        entry.pending = undefined;
      });
    return entry.pending;
  };

  const current = async (key: SessionKey, forced: boolean): Promise<RoleSession> => {
    if (closing.signal.aborted) throw new HeadgateError('UNAVAILABLE', 'Headgate is shutting down.');
    const entry = entryOf(key);
    const { held } = entry;
    if (held !== undefined && !forced && leftMs(held) > REFRESH_BEFORE_MS) return held.session;
    if (held !== undefined && forced && clock.now() - held.assumedMs < FORCED_REFRESH_AFTER_MS) return held.session;
    try {
      return (await renew(entry)).session;
    } catch (error) {
      const isUsable = held !== undefined && !forced && leftMs(held) > USABLE_BEFORE_MS;
      if (isUsable && isPassing(error)) return held.session;
      throw error;
    }
  };

  /** `current` for as long as the schema is not dropped, counted from now. */
  const whileLive = (key: SessionKey) => {
    const born = drops.get(key.schema);
    const assertLive = () => {
      if (drops.get(key.schema) !== born) throw dropped(key.schema);
    };
    return async (forced: boolean): Promise<RoleSession> => {
      assertLive();
      const session = await current(key, forced);
      assertLive();
      return session;
    };
  };

  const leftMs = ({ session }: Held) => session.credentials.expiration.getTime() - clock.now();

  const entryOf = (key: SessionKey): Entry => {
    const name = JSON.stringify([
      key.schema,
      key.sessionName,
      key.policy,
      key.roleArn,
      key.externalId,
      key.sourceIdentity,
    ]);
    const known = entries.get(name);
    if (known !== undefined) return known;
    for (const [other, { held, pending }] of entries) {
      if (pending === undefined && (held === undefined || leftMs(held) <= 0)) entries.delete(other);
    }
    const entry: Entry = { key };
    entries.set(name, entry);
    return entry;
  };

  return {
    session: async (key) => whileLive(key)(false),
    providerOf(key) {
      const ask = whileLive(key);
      return async ({ forceRefresh = false } = {}) => (await ask(forceRefresh)).credentials;
    },
    drop(schema) {
      drops.set(schema, (drops.get(schema) ?? 0) + 1);
      for (const [name, entry] of entries) if (entry.key.schema === schema) entries.delete(name);
    },
    close() {
      entries.clear();
      closing.abort();
    },
  };
}

function dropped(schema: string): HeadgateError {
  return new HeadgateError('UNAVAILABLE', `The schema ${schema} was changed, disabled or deleted meanwhile.`, {
    hint: 'Look at the state of the schema, and try again when it is active.',
  });
}
