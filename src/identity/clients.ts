import { randomUUID } from 'node:crypto';
import type { Scope } from '../access/principal.js';
import { HeadgateError } from '../base/errors/headgate-error.js';
import { checkName } from './names.js';
import type { CredentialRepository, PrincipalChange, PrincipalRecord, PrincipalRepository } from './repositories.js';
import { randomSecret, type Secrets } from './secrets.js';

export interface NewClient {
  readonly name: string;
  /** With `admin` it is an administrator. */
  readonly scopes: readonly Scope[];
  /** Ids of groups. */
  readonly groups?: readonly string[];
}

export interface ClientWithSecret {
  readonly client: PrincipalRecord;
  /** Cannot be shown again. */
  readonly clientSecret: string;
}

/** Programs and agents that sign in with an id and a secret. */
export class Clients {
  constructor(
    private readonly principals: PrincipalRepository,
    private readonly credentials: CredentialRepository,
    private readonly secrets: Secrets,
    private readonly now: () => number,
  ) {}

  /** Throws CONFLICT when another client has the name, REQUEST_INVALID when it is no name, NOT_FOUND for a group. */
  async create({ name, scopes, groups = [] }: NewClient): Promise<ClientWithSecret> {
    checkName(name);
    const clientSecret = randomSecret('hgc');
    const id = randomUUID();
    const record = { id, kind: 'client' as const, name, scopes, groups, createdAt: new Date(this.now()) };
    await this.principals.insert(record, { kind: 'client-secret', hash: await this.secrets.hash(clientSecret) });
    return { client: await this.find(id), clientSecret };
  }

  async list(): Promise<PrincipalRecord[]> {
    return await this.principals.list('client');
  }

  /** Throws NOT_FOUND, CONFLICT, REQUEST_INVALID. */
  async update(clientId: string, change: PrincipalChange): Promise<PrincipalRecord> {
    if (change.name !== undefined) checkName(change.name);
    await this.find(clientId);
    await this.principals.update(clientId, change, new Date(this.now()));
    return await this.find(clientId);
  }

  /** A new secret in the place of the old one, whose tokens end. Throws NOT_FOUND. */
  async replaceSecret(clientId: string): Promise<ClientWithSecret> {
    await this.find(clientId);
    const clientSecret = randomSecret('hgc');
    const hash = await this.secrets.hash(clientSecret);
    await this.credentials.replace(clientId, { kind: 'client-secret', hash }, new Date(this.now()));
    return { client: await this.find(clientId), clientSecret };
  }

  /** Ends the client with its secret, keys and tokens, at once and for good. Throws NOT_FOUND, CONFLICT. */
  async revoke(clientId: string): Promise<void> {
    await this.find(clientId);
    await this.principals.revoke(clientId, new Date(this.now()));
  }

  /** Throws NOT_FOUND. */
  async find(clientId: string): Promise<PrincipalRecord> {
    const found = await this.principals.find(clientId, new Date(this.now()));
    if (found?.kind !== 'client') throw new HeadgateError('NOT_FOUND', `No client has the id ${clientId}.`);
    return found;
  }
}
