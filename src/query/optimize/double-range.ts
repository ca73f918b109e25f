import type { AttributePath, CompareOp, Predicate, Translated } from '../plan/conditions/predicate.js';

/**
 * What DynamoDB can be asked when SQL compares a column as DOUBLE. SQL rounds the stored number to the nearest double
 * first, which moves it by at most one part in 2^53, so the bounds are widened by one part in 10^15 and DuckDB decides.
 */
export function looseRange(path: AttributePath, op: CompareOp, text: string): Translated | undefined {
  const value = Number(text);
  const slack = Math.abs(value) * 1e-15;
  // Outside these bounds the widened number would not be one that DynamoDB can hold (dynamodb-numbers.md 6).
  if (!Number.isFinite(value) || (value !== 0 && (Math.abs(value) < 1e-100 || Math.abs(value) > 1e100)))
    return undefined;
  // Zero is the nearest double only of itself: DynamoDB's smallest number, 1E-130, is a double of its own.
  const low: Predicate = { kind: 'compare', path, op: '>=', value: { N: exactText(value - slack) } };
  const high: Predicate = { kind: 'compare', path, op: '<=', value: { N: exactText(value + slack) } };
  switch (op) {
    case '=':
      return { predicate: { kind: 'and', terms: [low, high] }, exact: false };
    case '<':
    case '<=':
      return { predicate: high, exact: false };
    case '>':
    case '>=':
      return { predicate: low, exact: false };
    case '<>':
      return { predicate: { kind: 'present', path, type: 'N' }, exact: false };
  }
}

/** Seventeen digits tell a double apart from its neighbours. */
function exactText(value: number): string {
  return value.toPrecision(17);
}
