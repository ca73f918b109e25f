import { defaultGrants, type Grant } from './grant.js';
import { LOCAL_ID, type Principal } from './principal.js';
import { PrincipalAccess } from './statement-access.js';

/** The operator at the command line. */
export const LOCAL: Principal = {
  kind: 'local',
  id: LOCAL_ID,
  name: LOCAL_ID,
  groups: [],
  scopes: new Set(),
  isAdmin: false,
};

/** What the command line may do: what the file grants it, or reading everything where the file has no grants. */
export function localAccess(given: {
  readonly fileGrants: readonly Grant[] | undefined;
  readonly schemas: readonly string[];
}): PrincipalAccess {
  const { fileGrants, schemas } = given;
  const grants = [...(fileGrants ?? []), ...defaultGrants({ fileHasGrants: fileGrants !== undefined, schemas })];
  return new PrincipalAccess(LOCAL, () => grants);
}
