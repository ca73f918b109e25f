import { type Condition, holds } from './condition.js';
import { type ConditionContext, fillPattern, matchesPattern, type Pattern } from './pattern.js';
import type { PrincipalPattern } from './principal-pattern.js';

/** A policy document, read and checked. */
export interface PolicyDocument {
  readonly statements: readonly Statement[];
}

export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  /** In lower case. */
  readonly actions: Patterns;
  /** Undefined in a trust policy, which belongs to one role and means that one. */
  readonly resources: Patterns | undefined;
  /** Undefined in a policy of a user, a role or a session, which speaks of its own bearer. */
  readonly principals: readonly PrincipalPattern[] | undefined;
  readonly conditions: readonly Condition[];
}

export interface Patterns {
  /** NotAction, NotResource: all but these. */
  readonly negated: boolean;
  readonly patterns: readonly Pattern[];
}

/** What is asked for. */
export interface PolicyRequest {
  /** For example `dynamodb:Query`. */
  readonly action: string;
  /** An ARN, or `*` for an action that knows no resources: only a pattern of stars fits that. */
  readonly resource: string;
  readonly context: ConditionContext;
}

/** What policies say: a deny beats every allow, and where none speaks the answer is no too. */
export type Effect = 'allow' | 'deny' | 'none';

/** What the policies of a user, a role or a session say of the request, together. */
export function effectOf(documents: readonly PolicyDocument[], request: PolicyRequest): Effect {
  let effect: Effect = 'none';
  for (const { statements } of documents) {
    for (const statement of statements) {
      if (!applies(statement, request)) continue;
      if (statement.effect === 'Deny') return 'deny';
      effect = 'allow';
    }
  }
  return effect;
}

/** Whether action, resource and conditions of the statement fit the request. Its principals are not looked at. */
export function applies({ actions, resources, conditions }: Statement, request: PolicyRequest): boolean {
  const { action, resource, context } = request;
  return (
    fits(actions, action.toLowerCase(), context) &&
    (resources === undefined || fits(resources, resource, context)) &&
    conditions.every((condition) => holds(condition, context))
  );
}

/** Whether any condition of the policies asks for the key, which is given in lower case. */
export function asksFor(documents: readonly PolicyDocument[], key: string): boolean {
  return documents.some(({ statements }) =>
    statements.some(({ conditions }) => conditions.some((condition) => condition.key === key)),
  );
}

/** A variable without a value fits nothing, and "all but that" is not everything then. */
function fits({ negated, patterns }: Patterns, text: string, context: ConditionContext): boolean {
  const filled = patterns.map((pattern) => fillPattern(pattern, context));
  if (negated && filled.includes(undefined)) return false;
  return filled.some((pattern) => pattern !== undefined && matchesPattern(pattern, text)) !== negated;
}
