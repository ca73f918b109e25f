import { defaultGrants, type Grant } from './grant.js';
import { LOCAL_ID, type Principal } from './principal.js';

/** The operator at the command line. */
export const LOCAL: Principal = {
  kind: 'local',
  id: LOCAL_ID,
  name: LOCAL_ID,
  groups: [],
  scopes: new Set(),
  isAdmin: false,
};

/** The grants of the command line: what the file grants it, or reading everything where the file has no grants. */
export function localGrants(given: {
  readonly fileGrants: readonly Grant[] | undefined;
  readonly schemas: readonly string[];
}): readonly Grant[] {
  const { fileGrants, schemas } = given;
  return [...(fileGrants ?? []), ...defaultGrants({ fileHasGrants: fileGrants !== undefined, schemas })];
}
