import { partitionOfRegion } from '../aws/partition.js';
import type { Place } from '../aws/policy/place.js';
import type { RoleSession, RoleSessions, SessionKey } from '../aws/sessions/role-sessions.js';
import { connectSts, type Sts } from '../aws/sts.js';
import { type WayIn, wayInError } from '../aws/way-in-error.js';
import { HeadgateError } from '../base/errors/headgate-error.js';
import type { RoleConfig, SchemaConfig } from '../config/headgate-config.js';
import { connectDynamodb, type DynamodbConnectionHandle, type DynamodbCredentials } from '../dynamodb/connect.js';

/** Whose session: its name and the policy that narrows it; only for schemas with a role. */
export interface SessionIdentity {
  readonly sessionName: string;
  readonly policy: string | undefined;
}

export interface LiveSchemaOptions {
  readonly config: SchemaConfig;
  /** Undefined: AWS. */
  readonly endpoint: string | undefined;
  readonly sessions: Pick<RoleSessions, 'session' | 'providerOf'>;
  readonly sourceIdentity: boolean;
  /** What to throw once this is closed. */
  readonly whyClosed: () => HeadgateError;
}

/** Connections that nobody uses are closed when there are more than this, those first that were not used for longest. */
const IDLE_CONNECTIONS_MAX = 64;

interface Entry {
  readonly handle: DynamodbConnectionHandle;
  calls: number;
}

/** A schema from one change of it to the next: one connection, or with a role one for each session. */
export class LiveSchema {
  /** The one used last stands last. */
  private readonly entries = new Map<string, Entry>();
  private ownSts: Sts | undefined;
  /** What each call under way is ended by. */
  private readonly endings = new Set<() => void>();
  private isClosed = false;

  constructor(private readonly options: LiveSchemaOptions) {}

  get config(): SchemaConfig {
    return this.options.config;
  }

  /** Headgate's own way to the STS of the schema. */
  get sts(): Sts {
    const { credentials, region = '', stsEndpoint } = this.config;
    if (credentials.kind !== 'role') throw new HeadgateError('INTERNAL', `${this.config.name} has no role`);
    this.ownSts ??= connectSts({ region, endpoint: stsEndpoint, credentials: credentials.own });
    return this.ownSts;
  }

  /** The session of the identity; undefined where the schema has no role. Throws the codes of `stsError`. */
  async session(identity: SessionIdentity): Promise<RoleSession | undefined> {
    const { credentials } = this.config;
    if (credentials.kind !== 'role') return undefined;
    return await this.guarded(() => this.options.sessions.session(this.keyOf(credentials, identity)));
  }

  /** Calls DynamoDB as the identity. Throws what `work` throws, with what to do about it for this way in; or why it is closed. */
  async call<T>(identity: SessionIdentity, work: (handle: DynamodbConnectionHandle) => Promise<T>): Promise<T> {
    return await this.guarded(async () => {
      const entry = this.entryOf(identity);
      entry.calls += 1;
      try {
        return await work(entry.handle);
      } finally {
        entry.calls -= 1;
      }
    });
  }

  /** Calls under way fail at once, and so do later ones. */
  close(): void {
    this.isClosed = true;
    for (const end of this.endings) end();
    for (const { handle } of this.entries.values()) handle.close();
    this.entries.clear();
    this.ownSts?.close();
  }

  private async guarded<T>(work: () => Promise<T>): Promise<T> {
    this.assertOpen();
    try {
      return await this.unlessClosed(work());
    } catch (error) {
      this.assertOpen();
      throw error instanceof HeadgateError ? wayInError(error, this.wayIn(), this.config.region) : error;
    }
  }

  /** The SDK itself would send again what was broken off by closing its connections. */
  private unlessClosed<T>(work: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const end = () => reject(this.options.whyClosed());
      this.endings.add(end);
      work.then(resolve, reject).finally(() => this.endings.delete(end));
    });
  }

  private assertOpen(): void {
    if (this.isClosed) throw this.options.whyClosed();
  }

  private entryOf(identity: SessionIdentity): Entry {
    const key = this.config.credentials.kind === 'role' ? JSON.stringify(identity) : '';
    const known = this.entries.get(key);
    this.entries.delete(key);
    const entry = known ?? { handle: this.connect(identity), calls: 0 };
    this.entries.set(key, entry);
    if (known === undefined) this.closeIdle();
    return entry;
  }

  private closeIdle(): void {
    const idle = [...this.entries].slice(0, -1).filter(([, { calls }]) => calls === 0);
    for (const [key, { handle }] of idle.slice(0, Math.max(0, this.entries.size - IDLE_CONNECTIONS_MAX))) {
      handle.close();
      this.entries.delete(key);
    }
  }

  private connect(identity: SessionIdentity): DynamodbConnectionHandle {
    const { name: schema, region } = this.config;
    return connectDynamodb({
      schema,
      region,
      endpoint: this.options.endpoint,
      credentials: this.credentialsOf(identity),
    });
  }

  private credentialsOf(identity: SessionIdentity): DynamodbCredentials {
    const { credentials } = this.config;
    if (credentials.kind !== 'role') return credentials;
    return { kind: 'provider', provide: this.options.sessions.providerOf(this.keyOf(credentials, identity)) };
  }

  private keyOf({ roleArn, externalId }: RoleConfig, identity: SessionIdentity): SessionKey {
    const { sourceIdentity } = this.options;
    return { schema: this.config.name, roleArn, externalId, sourceIdentity, ...identity };
  }

  private wayIn(): WayIn {
    const { credentials } = this.config;
    const { endpoint } = this.options;
    if (credentials.kind === 'role') return credentials;
    return endpoint === undefined ? credentials : { kind: 'endpoint', url: endpoint };
  }
}

/** Where the tables of a schema with a role are; undefined without one. */
export function placeOfRole({ credentials, region = '' }: SchemaConfig): Place | undefined {
  if (credentials.kind !== 'role') return undefined;
  return { partition: partitionOfRegion(region), region, accountId: credentials.roleArn.split(':')[4] ?? '' };
}
