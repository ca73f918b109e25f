import type { Grant } from '../access/grant.js';
import type { Principal } from '../access/principal.js';
import { SYSTEM_CLOCK } from '../aws/clock.js';
import type { Narrowing } from '../aws/sessions/assume-role.js';
import { type RoleSessions, type RoleSessionsOptions, roleSessions } from '../aws/sessions/role-sessions.js';
import { sessionName } from '../aws/sessions/session-name.js';
import { sessionPolicy } from '../aws/sessions/session-policy.js';
import { sessionScope } from '../aws/sessions/session-scope.js';
import { HeadgateError } from '../base/errors/headgate-error.js';
import type { SchemaConfig } from '../config/headgate-config.js';
import { type FollowedConnection, followedConnection } from './followed-parts.js';
import { LiveSchema, placeOfRole, type SessionIdentity } from './live-schema.js';
import { requireActive, type SchemaSource, whyUnavailable } from './served-schema.js';

export interface ConnectionsOptions {
  readonly schemas: SchemaSource;
  /** Where the DynamoDB of a schema is; undefined: AWS. */
  readonly endpointOf: (schema: SchemaConfig) => string | undefined;
  readonly sourceIdentity: boolean;
  /** When sessions are renewed, and how retries are spread; by the clock of the machine unless given. */
  readonly waiting?: Pick<RoleSessionsOptions, 'clock' | 'random'>;
}

/** Who asks, and by which grants. */
export interface Asker {
  readonly principal: Principal;
  /** As they are now. */
  grants(): readonly Grant[];
}

/** The connections of one asker, for one statement or call. */
export interface AskerConnections {
  of(schema: string): FollowedConnection;
  /**
   * For audit: the name of the role sessions that were used, with a note for each schema whose session is as wide as its role;
   * undefined where none was used.
   */
  roleSession(): string | undefined;
}

/** Headgate's own sessions, which describe and sample tables for the catalog. */
const CATALOG_SESSION: SessionIdentity = { sessionName: 'headgate-catalog', policy: undefined };

/** The connections to all schemas, which follow them: what is not active any more is reached by nobody from then on. */
export class SchemaConnections {
  private readonly live = new Map<string, { readonly revision: string; readonly schema: LiveSchema }>();
  private readonly sessions: RoleSessions;
  private readonly stop: () => void;

  constructor(private readonly options: ConnectionsOptions) {
    const { clock, random } = options.waiting ?? { clock: SYSTEM_CLOCK, random: Math.random };
    this.sessions = roleSessions({ stsOf: (name) => this.liveSchema(name).sts, clock, random });
    this.stop = options.schemas.onChange(() => this.closeChanged());
  }

  /** The schema as Headgate itself: with all that its role, or its keys, may do. */
  whole(schema: string): FollowedConnection {
    return followedConnection(async (work) => this.liveSchema(schema).call(CATALOG_SESSION, work));
  }

  /** The schemas as the asker: by a role in a session that is narrowed to what the asker may use. */
  as({ principal, grants }: Asker): AskerConnections {
    const notes = new Map<string, string | undefined>();
    const name = sessionName(principal);
    return {
      of: (schema) => {
        // What began before a change of the schema does not go on after it.
        let begun: { readonly live: LiveSchema; readonly identity: SessionIdentity } | undefined;
        return followedConnection(async (work) => {
          begun ??= this.begin(schema, (config) => ({
            sessionName: name,
            policy: policyFor(config, principal, grants()),
          }));
          const { live, identity } = begun;
          const session = await live.session(identity);
          if (session !== undefined) notes.set(schema, noteOf(session.narrowing));
          return await live.call(identity, work);
        });
      },
      roleSession() {
        if (notes.size === 0) return undefined;
        const wide = [...notes].flatMap(([schema, note]) => (note === undefined ? [] : [`${schema}: ${note}`]));
        return [name, ...wide].join('; ');
      },
    };
  }

  close(): void {
    this.stop();
    this.sessions.close();
    for (const { schema } of this.live.values()) schema.close();
    this.live.clear();
  }

  private begin(schema: string, identityFor: (config: SchemaConfig) => SessionIdentity) {
    const live = this.liveSchema(schema);
    return { live, identity: identityFor(live.config) };
  }

  /** Throws SCHEMA_NOT_FOUND and SCHEMA_NOT_ACTIVE. */
  private liveSchema(name: string): LiveSchema {
    const { schemas, endpointOf, sourceIdentity } = this.options;
    const { config, revision } = requireActive(schemas.all(), name);
    const known = this.live.get(name);
    if (known?.revision === revision) return known.schema;
    this.end(name);
    const schema = new LiveSchema({
      config,
      endpoint: endpointOf(config),
      sessions: this.sessions,
      sourceIdentity,
      whyClosed: () => this.whyClosed(name),
    });
    this.live.set(name, { revision, schema });
    return schema;
  }

  private closeChanged(): void {
    const now = new Map(this.options.schemas.all().map((served) => [served.config.name, served]));
    for (const [name, { revision }] of this.live) {
      const served = now.get(name);
      if (served?.state !== 'active' || served.revision !== revision) this.end(name);
    }
  }

  private end(name: string): void {
    this.sessions.drop(name);
    this.live.get(name)?.schema.close();
    this.live.delete(name);
  }

  private whyClosed(name: string): HeadgateError {
    const schemas = this.options.schemas.all();
    if (!schemas.some(({ config }) => config.name === name)) {
      return new HeadgateError('SCHEMA_NOT_FOUND', `The schema ${name} was deleted meanwhile.`);
    }
    return (
      whyUnavailable(schemas, name) ??
      new HeadgateError('UNAVAILABLE', `The schema ${name} was changed meanwhile.`, { hint: 'Try again.' })
    );
  }
}

function policyFor(config: SchemaConfig, principal: Principal, grants: readonly Grant[]): string | undefined {
  const place = placeOfRole(config);
  return place === undefined ? undefined : sessionPolicy(place, sessionScope(principal, config, grants));
}

function noteOf(narrowing: Narrowing): string | undefined {
  return narrowing.kind === 'whole-role' ? narrowing.note : undefined;
}
