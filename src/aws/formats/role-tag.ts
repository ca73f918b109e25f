import type { RolePlan } from '../role-setup.js';

/** Marks a role as made for Headgate, so that the script never changes one that is not. Its value is the schema. */
export const ROLE_TAG = 'headgate';

export function roleDescription({ setup }: RolePlan): string {
  const what =
    setup.access === 'metadata' ? 'Lets Headgate describe tables' : `Gives Headgate access ${setup.access} on tables`;
  return `${what} in ${setup.region}, for its schema ${setup.schema}.`;
}
