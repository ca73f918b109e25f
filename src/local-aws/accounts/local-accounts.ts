import { HeadgateError } from '../../base/errors/headgate-error.js';
import { type AccountsDefinition, checkAccounts } from './account-definitions.js';
import type { AccountsFile } from './accounts-file.js';
import { type IamRole, type IamUser, makeRole, makeUser, newId, newSecret } from './iam-entities.js';
import { Timeline } from './timeline.js';

/** IAM of the local accounts, as its owner sees it. An account is there as soon as it has a user or a role. */
export interface LocalAccounts {
  /**
   * Makes a user, or replaces the policies of one that is there; its key pair stays. Throws LOCAL_AWS_INVALID for what IAM would refuse.
   */
  putUser(user: NewUser): Promise<KeyPair>;
  /** Makes or replaces a role. Throws LOCAL_AWS_INVALID for what IAM would refuse, for example a malformed policy. */
  putRole(role: NewRole): Promise<{ readonly arn: string }>;
  /** Does nothing when there is none. Its sessions end. */
  deleteRole(account: string, name: string): Promise<void>;
  deleteUser(account: string, name: string): Promise<void>;
}

export interface NewUser {
  /** 12 digits. */
  readonly account: string;
  readonly name: string;
  /** By name: JSON as AWS takes it. */
  readonly policies?: Readonly<Record<string, unknown>>;
}

export interface NewRole {
  /** 12 digits. */
  readonly account: string;
  readonly name: string;
  /** Begins and ends with a slash; `/` when left out. */
  readonly path?: string;
  readonly trustPolicy: unknown;
  /** Inline policies by name. */
  readonly permissionPolicies?: Readonly<Record<string, unknown>>;
  /** 3,600 to 43,200; 3,600 when left out. */
  readonly maxSessionSeconds?: number;
}

export interface KeyPair {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface AccountsOptions {
  /** Undefined keeps the accounts in memory. */
  readonly file: AccountsFile | undefined;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** After this time a new, changed or deleted role is seen to be so. */
  readonly propagationMs: number;
  /** Told when an edited file cannot be used; the accounts then stay as they were. */
  readonly onProblem: (problem: HeadgateError) => void;
}

/** How often the file is looked at. */
const RELOAD_MS = 1_000;

/** The users and roles, from the file and from calls; what the servers look up. */
export class AccountRegistry implements LocalAccounts {
  private definition: AccountsDefinition = {};
  /** By access key. */
  private users: ReadonlyMap<string, IamUser> = new Map();
  /** By account and name; undefined: there is none. */
  private readonly roles = new Map<string, Timeline<IamRole | undefined>>();
  private readonly ids = new Map<string, string>();
  private lookedAtMs = Number.NEGATIVE_INFINITY;
  /** Changes one after the other, so that none is lost. */
  private lastChange: Promise<unknown> = Promise.resolve();

  private constructor(private readonly options: AccountsOptions) {}

  /** Throws FILE_ERROR, LOCAL_AWS_INVALID. */
  static async open(options: AccountsOptions): Promise<AccountRegistry> {
    const registry = new AccountRegistry(options);
    // What was there before is known everywhere.
    registry.use((await options.file?.readChanged()) ?? {}, Number.NEGATIVE_INFINITY);
    return registry;
  }

  /** Takes over an edited file. To be called before requests are answered; does nothing most of the time. */
  async refresh(): Promise<void> {
    const { file, clock, onProblem } = this.options;
    if (file === undefined || clock() - this.lookedAtMs < RELOAD_MS) return;
    this.lookedAtMs = clock();
    try {
      await this.inTurn(() => this.takeFile(file));
    } catch (error) {
      if (!(error instanceof HeadgateError)) throw error;
      onProblem(error);
    }
  }

  /** The user that has the key. */
  userOfKey(accessKeyId: string): IamUser | undefined {
    return this.users.get(accessKeyId);
  }

  /** The role as it is seen now. */
  role(account: string, name: string): IamRole | undefined {
    return this.roles.get(`${account}/${name}`)?.at(this.options.clock());
  }

  async putUser({ account, name, policies = {} }: NewUser): Promise<KeyPair> {
    const keys = await this.change((accounts) => {
      const { users, roles } = accounts[account] ?? { users: {}, roles: {} };
      const { accessKeyId = newId('AKIA'), secretAccessKey = newSecret() } = users[name] ?? {};
      const user = { accessKeyId, secretAccessKey, policies };
      return [{ ...accounts, [account]: { roles, users: { ...users, [name]: user } } }, user];
    });
    return { accessKeyId: keys.accessKeyId, secretAccessKey: keys.secretAccessKey };
  }

  async putRole({ account, name, ...role }: NewRole): Promise<{ readonly arn: string }> {
    const { path = '/', trustPolicy, permissionPolicies = {}, maxSessionSeconds = 3_600 } = role;
    return this.change((accounts) => {
      const { users, roles } = accounts[account] ?? { users: {}, roles: {} };
      const definition = { path, trustPolicy, permissionPolicies, maxSessionSeconds };
      const changed = { ...accounts, [account]: { users, roles: { ...roles, [name]: definition } } };
      return [changed, { arn: `arn:aws:iam::${account}:role${path}${name}` }];
    });
  }

  async deleteRole(account: string, name: string): Promise<void> {
    await this.change((accounts) => {
      const { users, roles } = accounts[account] ?? { users: {}, roles: {} };
      const { [name]: _gone, ...others } = roles;
      return [{ ...accounts, [account]: { users, roles: others } }, undefined];
    });
  }

  async deleteUser(account: string, name: string): Promise<void> {
    await this.change((accounts) => {
      const { users, roles } = accounts[account] ?? { users: {}, roles: {} };
      const { [name]: _gone, ...others } = users;
      return [{ ...accounts, [account]: { roles, users: others } }, undefined];
    });
  }

  /** On top of what the file says by now, so that an edit is not overwritten. */
  private change<T>(edit: (accounts: AccountsDefinition) => [AccountsDefinition, T]): Promise<T> {
    return this.inTurn(async () => {
      const { file, clock, propagationMs } = this.options;
      if (file !== undefined) await this.takeFile(file);
      const [edited, result] = edit(this.definition);
      const checked = checkAccounts(edited);
      await file?.write(checked);
      this.use(checked, clock() + propagationMs);
      return result;
    });
  }

  private async takeFile(file: AccountsFile): Promise<void> {
    const changed = await file.readChanged();
    if (changed !== undefined) this.use(changed, this.options.clock() + this.options.propagationMs);
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.lastChange.then(work);
    this.lastChange = turn.catch(() => {});
    return turn;
  }

  private use(definition: AccountsDefinition, rolesFromMs: number): void {
    const before = this.definition;
    this.definition = definition;
    const accounts = Object.entries(definition);
    const users = accounts.flatMap(([account, { users }]) =>
      Object.entries(users).map(([name, user]) =>
        makeUser(account, name, { ...user, id: this.idOf('AIDA', `${account}/${name}`) }),
      ),
    );
    this.users = new Map(users.map((user) => [user.accessKeyId, user]));
    for (const [account, { roles }] of Object.entries(before)) {
      for (const name of Object.keys(roles)) {
        if (Object.hasOwn(definition[account]?.roles ?? {}, name)) continue;
        this.ids.delete(`AROA ${account}/${name}`);
        this.timelineOf(`${account}/${name}`).set(undefined, rolesFromMs);
      }
    }
    for (const [account, { roles }] of accounts) {
      for (const [name, role] of Object.entries(roles)) {
        // A role that stays as it is must not wait for an earlier change to be seen once more.
        if (JSON.stringify(before[account]?.roles[name]) === JSON.stringify(role)) continue;
        const id = this.idOf('AROA', `${account}/${name}`);
        this.timelineOf(`${account}/${name}`).set(makeRole(account, name, { ...role, id }), rolesFromMs);
      }
    }
  }

  private idOf(kind: 'AIDA' | 'AROA', name: string): string {
    const id = this.ids.get(`${kind} ${name}`) ?? newId(kind);
    this.ids.set(`${kind} ${name}`, id);
    return id;
  }

  private timelineOf(name: string): Timeline<IamRole | undefined> {
    const timeline = this.roles.get(name) ?? new Timeline();
    this.roles.set(name, timeline);
    return timeline;
  }
}
