import { OPERATION_CLASSES, type OperationClass } from './access-code.js';
import { explainDecision } from './explain-decision.js';
import type { AccessTarget, Grant } from './grant.js';
import type { Principal } from './principal.js';
import { type ClassNeeds, needsOfVerb } from './verb-classes.js';
import { isVisible } from './visible.js';

export interface VerbQuestion extends AccessTarget {
  /** A verb of DynamoDB by its exact name, or an operation class in any case: so also SELECT. */
  readonly verb: string;
}

export interface VerbAnswer {
  readonly allowed: boolean;
  readonly text: string;
  /** The grants that were considered, in that order, each once. */
  readonly grants: readonly Grant[];
}

interface Known {
  readonly grants: readonly Grant[];
  readonly groupNames?: ReadonlyMap<string, string>;
}

/**
 * Whether and why the principal may use the verb. Undefined for a verb that is not decided by table: one that is not known, or
 * one of PartiQL, which its statement decides.
 */
export function explainVerb(principal: Principal, question: VerbQuestion, known: Known): VerbAnswer | undefined {
  const { verb, schema, table } = question;
  const target = table === undefined ? { schema } : { schema, table };
  const own = OPERATION_CLASSES.find((each) => each === verb.toLowerCase());
  if (own !== undefined) return explainNeeds(principal, { target, needs: { classes: [own] } }, known);
  const needs = needsOfVerb(verb);
  switch (needs?.kind) {
    case 'table':
    case 'tables':
      return explainNeeds(principal, { target, needs }, known);
    case 'entries':
      return joined(
        [...needs.entries].map(([entry, each]) => {
          const answer = explainNeeds(principal, { target, needs: each }, known);
          return { ...answer, text: `${entry}: ${answer.text}` };
        }),
      );
    case 'listing':
      return explainListing(principal, target, known);
    default:
      return undefined;
  }
}

function explainNeeds(
  principal: Principal,
  { target, needs }: { readonly target: AccessTarget; readonly needs: ClassNeeds },
  known: Known,
): VerbAnswer {
  const explain = (classes: readonly OperationClass[]) => explainDecision(principal, { ...target, classes }, known);
  const whole = explain(needs.classes);
  const guarded = needs.guarded === undefined ? undefined : explain(needs.guarded.classes);
  const isGuarded = !whole.decision.allowed && guarded?.decision.allowed === true;
  const { decision, considered, text } = isGuarded ? guarded : whole;
  const condition = isGuarded
    ? ` That is enough only with the condition ${needs.guarded?.guard} on the partition key, which the gateway adds.`
    : '';
  return { allowed: decision.allowed, text: text + condition, grants: considered.map(({ grant }) => grant) };
}

function explainListing(principal: Principal, target: AccessTarget, { grants }: Known): VerbAnswer {
  const name = target.table === undefined ? `schema ${target.schema}` : `${target.schema}.${target.table}`;
  const isListed = isVisible(principal, target, grants);
  const text = `Tables may always be listed, and ${name} is ${isListed ? 'shown' : 'not shown, as nothing is granted there'}.`;
  return { allowed: true, text, grants: [] };
}

function joined(answers: readonly VerbAnswer[]): VerbAnswer {
  return {
    allowed: answers.every(({ allowed }) => allowed),
    text: answers.map(({ text }) => text).join(' '),
    grants: [...new Set(answers.flatMap(({ grants }) => grants))],
  };
}
