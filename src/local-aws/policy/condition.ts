import { AwsFault } from '../aws-fault.js';
import { type ConditionOperator, conditionOperator, type Test, UNEVALUATED_OPERATORS } from './condition-operators.js';
import { type ConditionContext, fillPattern, type Pattern, parsePattern } from './pattern.js';

/** One key of a Condition block with what it is compared with. All conditions of a statement must hold. */
export type Condition =
  | { readonly kind: 'null'; readonly key: string; readonly mustBeAbsent: boolean }
  | {
      readonly kind: 'compare';
      /** In lower case: IAM's keys have no case. */
      readonly key: string;
      /** `ForAllValues:` and `ForAnyValue:`. */
      readonly quantifier: 'all' | 'any' | undefined;
      readonly ifExists: boolean;
      readonly operator: ConditionOperator;
      readonly tests: readonly Test[];
      /** The policy's values, for their variables: a condition with one that has no value does not hold. */
      readonly values: readonly Pattern[];
    };

/** Reads one `Operator: {key: values}` of a policy. Throws the fault MalformedPolicyDocument. */
export function parseCondition(operator: string, key: string, { values, variables }: ConditionValues): Condition {
  if (!key.includes(':')) throw malformed('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.');
  const [, prefix, name = '', suffix] = OPERATOR.exec(operator) ?? [];
  if (name === 'Null' && prefix === undefined && suffix === undefined) return parseNull(key, values);
  if (UNEVALUATED_OPERATORS.has(name)) throw malformed(`Local AWS does not evaluate the condition operator ${name}.`);
  const found = conditionOperator(name);
  if (found === undefined) throw malformed('Syntax errors in policy.');
  const tests = values.map((value) => found.prepare(value, variables));
  return {
    kind: 'compare',
    key: key.toLowerCase(),
    quantifier: prefix === undefined ? undefined : prefix === 'ForAllValues:' ? 'all' : 'any',
    ifExists: suffix !== undefined,
    operator: found,
    tests: tests.map((test) => {
      if (test === undefined) throw malformed('Syntax errors in policy.');
      return test;
    }),
    values: values.map((value) => parsePattern(value, { wildcards: true, variables })),
  };
}

interface ConditionValues {
  readonly values: readonly string[];
  readonly variables: boolean;
}

/** Whether the request satisfies the condition. */
export function holds(condition: Condition, context: ConditionContext): boolean {
  const found = context.get(condition.key) ?? [];
  if (condition.kind === 'null') return (found.length === 0) === condition.mustBeAbsent;
  const { quantifier, operator, tests } = condition;
  if (found.length === 0) return whenAbsent(condition);
  if (condition.values.some((value) => fillPattern(value, context) === undefined)) return false;
  const satisfies = (value: string) => tests.some((test) => test(value, context)) !== operator.negated;
  // Without a quantifier a request has one value for the key; of several, "not" must hold for all, the others for one.
  const each = quantifier === 'all' || (quantifier === undefined && operator.negated);
  return each ? found.every(satisfies) : found.some(satisfies);
}

const OPERATOR = /^(ForAllValues:|ForAnyValue:)?(.+?)(IfExists)?$/;

/** "All of none" is true: the trap of ForAllValues, which AWS documents too. */
function whenAbsent({ ifExists, quantifier, operator }: Extract<Condition, { kind: 'compare' }>): boolean {
  if (ifExists || quantifier === 'all') return true;
  return quantifier === undefined && operator.negated;
}

function parseNull(key: string, values: readonly string[]): Condition {
  const [value, ...others] = values.map((each) => each.toLowerCase());
  if (others.length > 0 || (value !== 'true' && value !== 'false')) throw malformed('Syntax errors in policy.');
  return { kind: 'null', key: key.toLowerCase(), mustBeAbsent: value === 'true' };
}

function malformed(message: string): AwsFault {
  return new AwsFault('MalformedPolicyDocument', message);
}
