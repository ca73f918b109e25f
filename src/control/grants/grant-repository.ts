import type { AccessCode } from '../../access/access-code.js';
import type { AccessTarget, Grant, Grantee } from '../../access/grant.js';

export interface NewGrant extends AccessTarget {
  readonly grantee: Grantee;
  readonly code: AccessCode;
}

/** The grants of the store. Every change is announced to all gateways before it resolves. */
export interface GrantRepository {
  list(): Promise<Grant[]>;
  /**
   * Adds the grant; one of the same grantee on the same thing gets the new code and keeps its id. Throws NOT_FOUND when there is
   * no such grantee.
   */
  put(grant: NewGrant, made: { readonly at: Date; readonly by: string }): Promise<Grant>;
  /** What was removed. Throws NOT_FOUND. */
  remove(id: string): Promise<Grant>;
  /** Ids by name, for those that exist: `client:reports`, `user:ann` and `group:staff`, in any case of letters. */
  findIds(names: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Calls the listener when grants, principals or groups have changed, here or at another gateway. Returns how to stop it. */
  onChange(listener: () => void): () => void;
}
