import { classesOf, type OperationClass } from './access-code.js';
import { type AccessRequest, type Allowed, type Decision, decide, type Refused } from './decide.js';
import type { AccessTarget, Grant } from './grant.js';
import type { Principal } from './principal.js';
import { grantedClasses, type WeighedGrant, weighGrants } from './weigh-grants.js';

/** Why a decision falls as it does, for administrators: it names grants that the principal may not see. */
export interface Explanation {
  readonly decision: Decision;
  /** Every grant that is about the principal and the target, in the order of consideration, with what it came to. */
  readonly considered: readonly WeighedGrant[];
  /** The same in a few sentences. */
  readonly text: string;
}

/** Explains the decision that `decide` takes of the same arguments; `groupNames` has names by id, for the text. */
export function explainDecision(
  principal: Principal,
  request: AccessRequest,
  known: { readonly grants: readonly Grant[]; readonly groupNames?: ReadonlyMap<string, string> },
): Explanation {
  const { grants, groupNames } = known;
  const decision = decide(principal, request, grants);
  const considered = weighGrants(principal, request, grants);
  const nameGrant = (grant: Grant) => grantInWords(grant, groupNames);
  const granted = grantedClasses(principal, request, grants);
  const reason = decision.allowed
    ? reasonToAllow(request, decision, nameGrant)
    : reasonToRefuse(decision, granted, nameGrant);
  const verdict = `${nameOf(principal)} ${decision.allowed ? 'may' : 'may not'} ${list(request.classes) || 'do anything'}`;
  const sentences = [
    `${verdict} on ${targetInWords(request)}: ${reason}.`,
    ...considered.flatMap((weighed) => overruledInWords(weighed, nameGrant)),
    ...(decision.allowed || decision.isVisible ? [] : ['To the principal it looks as if it did not exist.']),
  ];
  return { decision, considered, text: sentences.join(' ') };
}

type NameGrant = (grant: Grant) => string;

function reasonToAllow({ classes }: AccessRequest, { grants }: Allowed, nameGrant: NameGrant): string {
  const [only, another] = grants;
  if (only !== undefined && another === undefined) return `${nameGrant(only)} gives it`;
  const gives = (grant: Grant) => list(classesOf(grant.code).filter((one) => classes.includes(one)));
  return list(grants.map((grant) => `${nameGrant(grant)} gives ${gives(grant)}`));
}

function reasonToRefuse({ missing, grant }: Refused, granted: readonly OperationClass[], nameGrant: NameGrant): string {
  if (missing.length === 0) return 'the request asks for no class';
  if (grant === undefined) return 'nothing is granted there';
  if (grant.code === 'none') return `${nameGrant(grant)} takes it away`;
  return `it lacks ${list(missing)} there, and has only ${list(granted)}; the nearest is ${nameGrant(grant)}`;
}

function overruledInWords(weighed: WeighedGrant, nameGrant: NameGrant): readonly string[] {
  if (weighed.standing !== 'overruled') return [];
  const { grant, by } = weighed;
  const reason = by.code === 'none' ? 'takes it away' : 'is more specific';
  return [`${capitalized(nameGrant(grant))} does not count, because ${nameGrant(by)} ${reason}.`];
}

function grantInWords(grant: Grant, groupNames: ReadonlyMap<string, string> | undefined): string {
  const { grantee, code, source } = grant;
  const what = `${code} on ${targetInWords(grant)}`;
  if (source === 'default') return `the default ${what}, as headgate.yaml has no grants,`;
  if (grantee.kind === 'principal') return `its own grant ${what}`;
  return `the grant ${what} of group ${groupNames?.get(grantee.id) ?? grantee.id}`;
}

function targetInWords({ schema, table }: AccessTarget): string {
  return table === undefined ? `schema ${schema}` : `${schema}.${table}`;
}

function nameOf({ kind, name }: Principal): string {
  return kind === 'local' ? 'local' : `${kind} ${name}`;
}

function list(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
