import {
  type ConditionContext,
  fillPattern,
  matchesArn,
  matchesPattern,
  type Pattern,
  type PatternForm,
  parsePattern,
} from './pattern.js';

/** Compares one value of a request with one value of a policy. */
export type Test = (found: string, context: ConditionContext) => boolean;

export interface ConditionOperator {
  /** Whether it says "not": then none of the policy's values may fit, and an absent key satisfies it. */
  readonly negated: boolean;
  /** The test against a value of a policy, undefined when the operator cannot take that value. */
  prepare(value: string, variables: boolean): Test | undefined;
}

/** The operators of IAM that local AWS evaluates, by name. `Null` asks for absence and is not among them. */
export function conditionOperator(name: string): ConditionOperator | undefined {
  return OPERATORS.get(name);
}

/** Those that IAM has and local AWS does not evaluate: a policy with one is refused rather than judged wrongly. */
export const UNEVALUATED_OPERATORS: ReadonlySet<string> = new Set(['BinaryEquals', 'IpAddress', 'NotIpAddress']);

type Prepare = ConditionOperator['prepare'];

const LITERAL = { wildcards: false };
const WILD = { wildcards: true };

function text(form: Pick<PatternForm, 'wildcards'>, matches: (pattern: Pattern, found: string) => boolean): Prepare {
  return (value, variables) => {
    const pattern = parsePattern(value, { ...form, variables });
    return (found, context) => {
      const filled = fillPattern(pattern, context);
      return filled !== undefined && matches(filled, found);
    };
  };
}

const lower: Prepare = (value, variables) => {
  const test = text(LITERAL, (pattern, found) => pattern.join('').toLowerCase() === found.toLowerCase());
  return test(value, variables);
};

function ordered(read: (text: string) => number, compare: (found: number, wanted: number) => boolean): Prepare {
  return (value) => {
    const wanted = read(value);
    return Number.isNaN(wanted) ? undefined : (found) => compare(read(found), wanted);
  };
}

const readNumber = (digits: string) => (digits.trim() === '' ? Number.NaN : Number(digits));
/** ISO 8601, or seconds since 1970. */
const readDate = (date: string) => (/^\d{5,}$/.test(date) ? Number(date) * 1000 : Date.parse(date));

const bool: Prepare = (value) => {
  const wanted = value.toLowerCase();
  return wanted === 'true' || wanted === 'false' ? (found) => found.toLowerCase() === wanted : undefined;
};

const positive = (prepare: Prepare): ConditionOperator => ({ negated: false, prepare });
const negative = (prepare: Prepare): ConditionOperator => ({ negated: true, prepare });

/** ArnEquals and ArnLike are the same to IAM. */
const arn = text(WILD, matchesArn);
const equals = text(LITERAL, matchesPattern);
const like = text(WILD, matchesPattern);

const OPERATORS: ReadonlyMap<string, ConditionOperator> = new Map([
  ['StringEquals', positive(equals)],
  ['StringNotEquals', negative(equals)],
  ['StringEqualsIgnoreCase', positive(lower)],
  ['StringNotEqualsIgnoreCase', negative(lower)],
  ['StringLike', positive(like)],
  ['StringNotLike', negative(like)],
  ['ArnEquals', positive(arn)],
  ['ArnNotEquals', negative(arn)],
  ['ArnLike', positive(arn)],
  ['ArnNotLike', negative(arn)],
  ['Bool', positive(bool)],
  ...orderedOperators('Numeric', readNumber),
  ...orderedOperators('Date', readDate),
]);

function orderedOperators(kind: string, read: (text: string) => number): [string, ConditionOperator][] {
  const equal = ordered(read, (found, wanted) => found === wanted);
  return [
    [`${kind}Equals`, positive(equal)],
    [`${kind}NotEquals`, negative(equal)],
    [`${kind}LessThan`, positive(ordered(read, (found, wanted) => found < wanted))],
    [`${kind}LessThanEquals`, positive(ordered(read, (found, wanted) => found <= wanted))],
    [`${kind}GreaterThan`, positive(ordered(read, (found, wanted) => found > wanted))],
    [`${kind}GreaterThanEquals`, positive(ordered(read, (found, wanted) => found >= wanted))],
  ];
}
