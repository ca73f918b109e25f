import { randomUUID } from 'node:crypto';
import { SCOPES, type Scope } from '../access/principal.js';
import { HeadgateError } from '../base/errors/headgate-error.js';
import { checkName, checkPassword } from './names.js';
import type { CredentialRepository, PrincipalChange, PrincipalRecord, PrincipalRepository } from './repositories.js';
import { hashToken, randomSecret, type Secrets } from './secrets.js';
import { unauthenticated } from './unauthenticated.js';

export interface NewUser {
  readonly name: string;
  /** With `admin` the user is an administrator. */
  readonly scopes: readonly Scope[];
  /** Ids of groups. */
  readonly groups?: readonly string[];
}

/** With its token a user chooses a password, once. */
export interface SetupLink {
  readonly user: PrincipalRecord;
  /** Cannot be shown again. */
  readonly token: string;
  readonly expiresAt: Date;
}

/** People who sign in with a name and a password. Nobody but they ever knows the password: they get a link to choose it. */
export class Users {
  constructor(
    private readonly principals: PrincipalRepository,
    private readonly credentials: CredentialRepository,
    private readonly secrets: Secrets,
    private readonly now: () => number,
  ) {}

  /** Throws CONFLICT when another user has the name, REQUEST_INVALID when it is no name, NOT_FOUND for a group. */
  async create({ name, scopes, groups = [] }: NewUser): Promise<SetupLink> {
    checkName(name);
    const id = randomUUID();
    const record = { id, kind: 'user' as const, name, scopes, groups, createdAt: new Date(this.now()) };
    const { token, expiresAt, hash } = this.newLink();
    await this.principals.insert(record, { kind: 'setup-link', hash, expiresAt });
    return { user: await this.find(id), token, expiresAt };
  }

  /**
   * A link for the first administrator, for as long as no administrator can sign in; undefined afterwards. Each call makes the
   * link before it invalid. The user is called `admin`; one of that name that is there already becomes an administrator.
   */
  async firstAdministrator(): Promise<SetupLink | undefined> {
    if (await this.principals.hasAdministrator()) return undefined;
    const existing = await this.principals.findUserByName(FIRST_NAME);
    if (existing !== undefined) return await this.promote(existing);
    try {
      return await this.create({ name: FIRST_NAME, scopes: SCOPES });
    } catch (cause) {
      // Another gateway that starts at this moment has made it.
      const made = await this.principals.findUserByName(FIRST_NAME);
      if (made === undefined) throw cause;
      return await this.promote(made);
    }
  }

  /** A new link for a user that forgot the password, which goes on working until the link is used. Throws NOT_FOUND. */
  async newSetupLink(userId: string): Promise<SetupLink> {
    const user = await this.find(userId);
    const { token, expiresAt, hash } = this.newLink();
    await this.credentials.replace(userId, { kind: 'setup-link', hash, expiresAt }, new Date(this.now()));
    return { user, token, expiresAt };
  }

  /**
   * Sets the password of the user that a set-up link was made for, and ends all its sessions. Returns the user's id. Throws
   * REQUEST_INVALID when the password is too weak, and UNAUTHENTICATED when the link is unknown, used or has expired.
   */
  async choosePassword(token: string, password: string): Promise<string> {
    checkPassword(password);
    const hash = await this.secrets.hash(password);
    const userId = await this.credentials.redeemSetupLink(hashToken(token), hash, new Date(this.now()));
    if (userId !== undefined) return userId;
    throw unauthenticated(
      'The set-up link is not valid.',
      'It works once and for a day: ask an administrator for a new one.',
    );
  }

  async list(): Promise<PrincipalRecord[]> {
    return await this.principals.list('user');
  }

  /** Throws NOT_FOUND, CONFLICT, REQUEST_INVALID. */
  async update(userId: string, change: PrincipalChange): Promise<PrincipalRecord> {
    if (change.name !== undefined) checkName(change.name);
    await this.find(userId);
    await this.principals.update(userId, change, new Date(this.now()));
    return await this.find(userId);
  }

  /** Ends the user with its password and tokens, at once and for good. Throws NOT_FOUND, CONFLICT. */
  async revoke(userId: string): Promise<void> {
    await this.find(userId);
    await this.principals.revoke(userId, new Date(this.now()));
  }

  private async promote({ id, scopes, status }: PrincipalRecord): Promise<SetupLink> {
    if (!scopes.includes('admin') || status === 'disabled') await this.update(id, { scopes: SCOPES, status: 'active' });
    return await this.newSetupLink(id);
  }

  private newLink(): { readonly token: string; readonly hash: string; readonly expiresAt: Date } {
    const token = randomSecret('hgs');
    return { token, hash: hashToken(token), expiresAt: new Date(this.now() + LINK_LIFE_MS) };
  }

  /** Throws NOT_FOUND. */
  async find(userId: string): Promise<PrincipalRecord> {
    const found = await this.principals.find(userId, new Date(this.now()));
    if (found?.kind !== 'user') throw new HeadgateError('NOT_FOUND', `No user has the id ${userId}.`);
    return found;
  }
}

const FIRST_NAME = 'admin';
const LINK_LIFE_MS = 24 * 3_600_000;
