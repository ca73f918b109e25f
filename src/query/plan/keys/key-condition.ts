import type { ExpressionNames } from '../conditions/expression-names.js';
import { describeValue } from '../conditions/filter-expression.js';
import { type Interval, pointValue, prefixOf } from './interval.js';
import type { KeyRange, KeySchema } from './key-ranges.js';

/**
 * The KeyConditionExpression of a range. A sort attribute takes one condition, so a range with an open end on both sides
 * becomes a BETWEEN with its ends; DuckDB drops what that adds.
 */
export function keyCondition(range: KeyRange, schema: KeySchema, names: ExpressionNames): string {
  return conditions(range, schema, {
    name: (attribute) => names.name(attribute),
    value: (value) => names.value(value),
  }).join(' AND ');
}

/** The same for people: `origin = 'ABQ' AND departs BETWEEN 'a' AND 'b'`. */
export function describeKeyCondition(range: KeyRange, schema: KeySchema): string {
  return conditions(range, schema, { name: (attribute) => attribute, value: describeValue }).join(' AND ');
}

/** Whether the condition holds just the range, and not also the ends of an open one. */
export function isExactCondition({ interval }: KeyRange): boolean {
  const { lower, upper } = interval;
  if (lower === undefined || upper === undefined || prefixOf(interval) !== undefined) return true;
  return lower.side === 'before' && upper.side === 'after';
}

interface Writer {
  readonly name: (attribute: string) => string;
  readonly value: (value: KeyRange['partition'][number]) => string;
}

function conditions(range: KeyRange, schema: KeySchema, write: Writer): string[] {
  const equalities = [
    ...schema.partition.map((attribute, i) => ({ attribute, value: range.partition[i] })),
    ...range.sortEquals.map((value, i) => ({ attribute: schema.sort[i] ?? '', value })),
  ];
  const written = equalities.flatMap(({ attribute, value }) =>
    value === undefined ? [] : [`${write.name(attribute)} = ${write.value(value)}`],
  );
  const sort = schema.sort[range.sortEquals.length];
  return sort === undefined ? written : [...written, ...intervalCondition(sort, range.interval, write)];
}

function intervalCondition(attribute: string, interval: Interval, write: Writer): string[] {
  const { lower, upper } = interval;
  if (lower === undefined && upper === undefined) return [];
  const name = write.name(attribute);
  const equal = pointValue(interval);
  if (equal !== undefined) return [`${name} = ${write.value(equal)}`];
  const prefix = prefixOf(interval);
  if (prefix !== undefined) return [`begins_with(${name}, ${write.value({ S: prefix })})`];
  if (upper === undefined)
    return lower === undefined ? [] : [`${name} ${lower.side === 'before' ? '>=' : '>'} ${write.value(lower.value)}`];
  if (lower === undefined) return [`${name} ${upper.side === 'before' ? '<' : '<='} ${write.value(upper.value)}`];
  return [`${name} BETWEEN ${write.value(lower.value)} AND ${write.value(upper.value)}`];
}
