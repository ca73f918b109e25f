/** Parts of the API. A scope opens a door, a grant opens a table: both are needed, and `decide` looks at grants alone. */
export const SCOPES = [
  'query',
  'operations',
  'schemas:read',
  'schemas:write',
  'catalog:read',
  'catalog:write',
  'usage:read',
  'audit:read',
  'admin',
] as const;
export type Scope = (typeof SCOPES)[number];

/** Who asks, once it is known that it is them. */
export interface Principal {
  /** `local` is the operator at the command line. */
  readonly kind: 'user' | 'client' | 'local';
  /** A UUID; `local` for the operator. */
  readonly id: string;
  readonly name: string;
  /** Ids of the groups it is a member of. */
  readonly groups: readonly string[];
  readonly scopes: ReadonlySet<Scope>;
  /** Administrators manage; they hold no access to data that was not granted. */
  readonly isAdmin: boolean;
}

export const LOCAL_ID = 'local';
