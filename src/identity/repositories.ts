import type { Scope } from '../access/principal.js';

/** A user or a client that has not been revoked. */
export interface PrincipalRecord {
  readonly id: string;
  readonly kind: 'user' | 'client';
  readonly name: string;
  /** Whoever has the scope `admin` is an administrator. */
  readonly scopes: readonly Scope[];
  /** Ids of its groups. */
  readonly groups: readonly string[];
  readonly status: PrincipalStatus;
  readonly createdAt: Date;
  /** When it last got tokens, to the minute; undefined before the first time. */
  readonly lastUsedAt: Date | undefined;
}

/** `invited`: a user that has no password yet. `disabled`: no token of it is valid, and it gets none, until it is enabled. */
export type PrincipalStatus = 'invited' | 'active' | 'disabled';

export type NewPrincipal = Omit<PrincipalRecord, 'status' | 'lastUsedAt'>;

/** All that must be known of a principal to judge its tokens. */
export interface PrincipalState extends PrincipalRecord {
  /** Access tokens of another version are not valid. */
  readonly tokenVersion: number;
  /** Families whose access tokens may not have run out yet, but are not valid. */
  readonly revokedFamilies: ReadonlySet<string>;
}

export interface PrincipalChange {
  readonly name?: string | undefined;
  readonly scopes?: readonly Scope[] | undefined;
  /** Ids of all groups that it is to be in. */
  readonly groups?: readonly string[] | undefined;
  /** Disabling ends all sessions: who is enabled again must sign in again. */
  readonly status?: 'active' | 'disabled' | undefined;
}

export type CredentialKind = 'client-secret' | 'password' | 'setup-link';

export interface Credential {
  readonly kind: CredentialKind;
  /** argon2id of a secret or password, SHA-256 of a set-up link. */
  readonly hash: string;
  readonly expiresAt?: Date;
}

/** Every method that changes something announces it to all gateways before it resolves. */
export interface PrincipalRepository {
  /** Throws CONFLICT when the name is taken, NOT_FOUND when a group is missing. */
  insert(record: NewPrincipal, credential: Credential): Promise<void>;
  /** `familiesSince`: families that were revoked before this moment are left out. */
  find(id: string, familiesSince: Date): Promise<PrincipalState | undefined>;
  list(kind: 'user' | 'client'): Promise<PrincipalRecord[]>;
  /** All of it or nothing. Throws NOT_FOUND, also for a group, and CONFLICT when the name is taken or nobody could manage any more. */
  update(id: string, change: PrincipalChange, at: Date): Promise<void>;
  /** Ends the principal with all its credentials, keys, tokens, grants and limits. Throws NOT_FOUND, and CONFLICT as above. */
  revoke(id: string, at: Date): Promise<void>;
  /** Makes all its tokens invalid. Throws NOT_FOUND. */
  endSessions(id: string, at: Date): Promise<void>;
  /** Whether an administrator exists that can sign in. */
  hasAdministrator(): Promise<boolean>;
  findUserByName(name: string): Promise<PrincipalRecord | undefined>;
  /** Notes that it has got tokens; announces nothing. */
  noteUse(id: string, at: Date): Promise<void>;
}

export interface StoredSecret {
  readonly principalId: string;
  readonly hash: string;
  /** That of the principal when the hash was read: a session may begin only as long as it is the same. */
  readonly tokenVersion: number;
}

export interface CredentialRepository {
  findClientSecret(clientId: string): Promise<StoredSecret | undefined>;
  /** By the name of the user, in any case of letters. */
  findPassword(userName: string): Promise<StoredSecret | undefined>;
  /** Puts the credential in the place of the one of its kind. Throws NOT_FOUND. */
  replace(principalId: string, credential: Credential, at: Date): Promise<void>;
  /**
   * Exchanges a set-up link that has not expired for a password, and makes all tokens of the user invalid: the user's id, or
   * undefined when there is no such link (any more). Of several calls at once one succeeds.
   */
  redeemSetupLink(linkHash: string, passwordHash: string, at: Date): Promise<string | undefined>;
}

export interface Group {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  /** Ids of principals. */
  readonly members: readonly string[];
}

/** Every change is announced to all gateways before it resolves. */
export interface GroupRepository {
  /** Throws CONFLICT when the name is taken, NOT_FOUND when a member is missing. */
  insert(group: Group): Promise<void>;
  list(): Promise<Group[]>;
  /** Throws NOT_FOUND, and CONFLICT when the name is taken. */
  rename(id: string, name: string): Promise<void>;
  /** Puts these members, by id, in the place of all before. Throws NOT_FOUND when group or principal is missing. */
  setMembers(id: string, members: readonly string[]): Promise<void>;
  /** With its memberships and grants. Throws NOT_FOUND. */
  remove(id: string): Promise<void>;
  /** Also when it is a member already. Throws NOT_FOUND when group or principal is missing. */
  addMember(id: string, principalId: string): Promise<void>;
  /** Throws NOT_FOUND when it is no member. */
  removeMember(id: string, principalId: string): Promise<void>;
}

export interface RefreshFamily {
  readonly id: string;
  readonly principalId: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt: Date;
}

export interface RefreshToken {
  readonly hash: string;
  readonly expiresAt: Date;
}

export type Rotation =
  | { readonly kind: 'rotated'; readonly family: RefreshFamily }
  /** The token had been used before: its family has been revoked. */
  | { readonly kind: 'reused' }
  | { readonly kind: 'unknown' };

export interface RefreshRepository {
  /** Whether it has begun: false, and nothing is kept, unless the principal still has this token version. */
  begin(
    family: RefreshFamily,
    token: RefreshToken,
    when: { readonly at: Date; readonly tokenVersion: number },
  ): Promise<boolean>;
  /**
   * Spends a token and puts the next one in its place. Of several calls at once one succeeds, and the others are a reuse. A
   * token of another principal than `onlyFor` is `unknown`, and is not spent.
   */
  rotate(
    hash: string,
    next: RefreshToken,
    how: { readonly at: Date; readonly onlyFor?: string | undefined },
  ): Promise<Rotation>;
  /** Ends the family that the token belongs to; whether there was one. Announced to all gateways if so. */
  revokeFamilyOf(hash: string, at: Date): Promise<boolean>;
}

/** A signing key as JSON Web Keys. */
export interface SigningKeyRecord {
  readonly id: string;
  readonly publicKey: string;
  readonly privateKey: string;
  readonly createdAt: Date;
  /** When its tokens end, once a newer key has taken over. */
  readonly expiresAt: Date | undefined;
}

export interface SigningKeyRepository {
  /** Those that have not expired, the newest first. */
  list(at: Date): Promise<SigningKeyRecord[]>;
  /**
   * Adds a key when `newest` is still the newest (undefined: there is none), and lets the keys before it expire. Otherwise
   * another gateway was faster, and nothing happens. Announced to all gateways.
   */
  add(
    key: SigningKeyRecord,
    after: { readonly newest: string | undefined; readonly expireOthersAt: Date },
  ): Promise<void>;
}

/** An access key that has not been revoked. */
export interface AccessKeyRecord {
  readonly id: string;
  readonly principalId: string;
  readonly createdAt: Date;
}

/** Every change is announced to all gateways before it resolves. */
export interface AccessKeyRepository {
  /** Throws NOT_FOUND when the principal is missing. */
  insert(key: AccessKeyRecord, secret: string): Promise<void>;
  find(id: string): Promise<{ readonly principalId: string; readonly secret: string } | undefined>;
  /** Those of a principal, the oldest first. */
  list(principalId: string): Promise<AccessKeyRecord[]>;
  /** Throws NOT_FOUND when it is not a key of the principal (any more). */
  revoke(key: Pick<AccessKeyRecord, 'id' | 'principalId'>, at: Date): Promise<void>;
}

/** Who tried to sign in, and from where. */
export interface SignInAttempt {
  readonly nameHash: string;
  readonly address: string;
}

/** How many failures there were, and when the first of them was. */
export interface FailureCount {
  readonly count: number;
  readonly first: Date | undefined;
}

export interface FailureCounts {
  /** Of this name from this address. */
  readonly pair: FailureCount;
  readonly name: FailureCount;
  readonly address: FailureCount;
}

export interface FailureRepository {
  add(attempt: SignInAttempt, at: Date): Promise<void>;
  count(attempt: SignInAttempt, since: Date): Promise<FailureCounts>;
  /** Those of this name from this address. */
  clear(attempt: SignInAttempt): Promise<void>;
}

export interface IdentityRepositories {
  readonly principals: PrincipalRepository;
  readonly credentials: CredentialRepository;
  readonly groups: GroupRepository;
  readonly refreshTokens: RefreshRepository;
  readonly signingKeys: SigningKeyRepository;
  readonly accessKeys: AccessKeyRepository;
  readonly failures: FailureRepository;
  /** Calls the listener after each announced change, of this gateway or another. Returns how to stop it. */
  onChange(listener: (changed: 'principals' | 'signing-keys' | 'everything') => void): () => void;
}
