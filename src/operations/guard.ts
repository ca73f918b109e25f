import { expressionOf } from './classify/write-reads.js';
import { readCondition } from './expressions/condition.js';
import { invalid } from './refuse.js';
import { asObject, type JsonObject, member } from './request/json-value.js';

export type Guard = 'attribute_exists' | 'attribute_not_exists';

/**
 * A Put or Update (a request or an entry of a transaction) that holds only where an item is there, or is not, besides what the
 * caller's own condition says. Legacy parameters get the legacy form, because DynamoDB takes no mixture.
 * Throws REQUEST_INVALID where the caller's condition leaves no room for it.
 */
export function guarded(
  entry: JsonObject,
  guard: Guard,
  given: { readonly partitionKey: string; readonly at: string },
) {
  const isLegacy = LEGACY.some((name) => member(entry, name) !== undefined);
  return isLegacy ? guardedByExpected(entry, guard, given) : guardedByExpression(entry, guard, given);
}

const LEGACY = ['Expected', 'ConditionalOperator', 'AttributeUpdates'];

interface GuardPlace {
  readonly partitionKey: string;
  readonly at: string;
}

function guardedByExpression(entry: JsonObject, guard: Guard, { partitionKey, at }: GuardPlace): JsonObject {
  const names = asObject(member(entry, 'ExpressionAttributeNames') ?? {}, `${at} ExpressionAttributeNames`);
  const alias = freeAlias(names);
  const expression = expressionOf(entry, 'ConditionExpression', at);
  const test = `${guard}(${alias})`;
  return {
    ...entry,
    ExpressionAttributeNames: { ...names, [alias]: partitionKey },
    ConditionExpression: expression === undefined ? test : `${test} AND ${conjunct(expression)}`,
  };
}

/** Read again here, so that no text that is not a whole condition is ever joined to the guard. */
function conjunct(expression: NonNullable<ReturnType<typeof expressionOf>>): string {
  return readCondition(expression).isDisjunction ? `(${expression.text})` : expression.text;
}

function freeAlias(names: JsonObject): string {
  for (let number = 1; ; number++) {
    const alias = `#headgate${number}`;
    if (!Object.hasOwn(names, alias)) return alias;
  }
}

function guardedByExpected(entry: JsonObject, guard: Guard, { partitionKey, at }: GuardPlace): JsonObject {
  const path = at === '' ? 'Expected' : `${at}.Expected`;
  const expected = asObject(member(entry, 'Expected') ?? {}, path);
  if (member(entry, 'ConditionalOperator') === 'OR') {
    throw invalid(path, 'conditions joined by OR cannot be guarded', ADVICE);
  }
  if (Object.hasOwn(expected, partitionKey)) {
    throw invalid(path, `a condition on ${partitionKey} leaves no room for that of the gateway`, ADVICE);
  }
  const comparison = guard === 'attribute_exists' ? 'NOT_NULL' : 'NULL';
  return { ...entry, Expected: { ...expected, [partitionKey]: { ComparisonOperator: comparison } } };
}

const ADVICE =
  'Your grants allow this only with a condition that the gateway adds: write yours as ConditionExpression, or leave it out.';
