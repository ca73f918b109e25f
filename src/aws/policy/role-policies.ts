import { HeadgateError } from '../../base/errors/headgate-error.js';
import { splitRoleName } from '../names.js';
import { compactJson, type PolicyDocument, policyDocument } from './document.js';
import { generalStatements, type Permissions, permissionPolicy, tableStatements } from './permission-policy.js';

/** How the permissions hang on the role. */
export type RolePolicies =
  /** One policy in the role itself. */
  | { readonly kind: 'inline'; readonly policies: readonly [NamedPolicy] }
  /** More than a role holds inline: policies of the account, attached to the role, each with some of the tables. */
  | { readonly kind: 'managed'; readonly policies: readonly NamedPolicy[] };

export interface NamedPolicy {
  readonly name: string;
  readonly document: PolicyDocument;
}

/** IAM's limits in characters, white space not counted: all inline policies of a role together, and one managed policy. */
export const INLINE_CHARACTERS_MAX = 10_240;
export const MANAGED_CHARACTERS_MAX = 6_144;
/** What every account allows without asking for more. */
export const MANAGED_POLICIES_MAX = 10;

export const INLINE_POLICY_NAME = 'HeadgateAccess';

/** Names of managed policies are unique in an account, so they carry the name of the role. */
export function managedPolicyPrefix(roleName: string): string {
  return `${splitRoleName(roleName).name}-headgate-`;
}

/** The permissions as policies that IAM takes. Throws ROLE_INVALID where even ten of them are too few for the tables. */
export function rolePolicies(permissions: Permissions, roleName: string): RolePolicies {
  const whole = permissionPolicy(permissions);
  if (policySize(whole) <= INLINE_CHARACTERS_MAX) {
    return { kind: 'inline', policies: [{ name: INLINE_POLICY_NAME, document: whole }] };
  }
  const prefix = managedPolicyPrefix(roleName);
  const documents = splitByTables(permissions);
  if (documents.length > MANAGED_POLICIES_MAX) throw tooManyTables(permissions, documents.length);
  return { kind: 'managed', policies: documents.map((document, i) => ({ name: `${prefix}${i + 1}`, document })) };
}

export function policySize(document: PolicyDocument): number {
  return compactJson(document).replaceAll(/\s/g, '').length;
}

function splitByTables(permissions: Permissions): readonly PolicyDocument[] {
  // `*` is one name: it always fits inline.
  const names = permissions.tables === '*' ? ['*'] : permissions.tables.toSorted();
  const documents: PolicyDocument[] = [];
  for (let from = 0; from < names.length; ) {
    const general = documents.length === 0 ? generalStatements(permissions) : [];
    const documentOf = (count: number) =>
      policyDocument([...tableStatements({ ...permissions, tables: names.slice(from, from + count) }), ...general]);
    const count = mostThatFits(names.length - from, (some) => policySize(documentOf(some)) <= MANAGED_CHARACTERS_MAX);
    documents.push(documentOf(count));
    from += count;
  }
  return documents;
}

/** The largest number up to `most` that fits, by halving. One table always fits. */
function mostThatFits(most: number, fits: (count: number) => boolean): number {
  let good = 1;
  let bad = most + 1;
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (fits(middle)) good = middle;
    else bad = middle;
  }
  return good;
}

function tooManyTables({ tables }: Permissions, documents: number): HeadgateError {
  return new HeadgateError('ROLE_INVALID', `${tables.length} tables are too many for the policies of one role.`, {
    detail: `They need ${documents} managed policies, and a role takes ${MANAGED_POLICIES_MAX}.`,
    hint: 'Name all tables with "*", or make several schemas, each with a role and some of the tables.',
  });
}
