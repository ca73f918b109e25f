import type { AttributeValue, Item } from '../../../src/dynamodb/attribute-value.js';
import type { Condition } from '../expression/condition.js';
import { compareValues } from '../expression/values.js';
import { type Entries, firstWhere, type Range } from '../tables/entries.js';
import { invalid } from './refusal.js';

/** The entries for which a KeyConditionExpression is true: always a stretch of one partition. */
export function keyRange(condition: Condition, entries: Entries): Range {
  const terms = condition.kind === 'and' ? condition.terms : [condition];
  const tests = new Map(terms.map(sortTest));
  const values = entries.keys.partition.map((attribute) => {
    const value = tests.get(attribute)?.equals;
    if (value === undefined) throw invalid(`Query condition missed key schema element: ${attribute}`);
    return value;
  });
  const partition = entries.partition(values);
  if (partition === undefined) return { from: 0, to: 0 };
  const sortTests = entries.keys.sort.flatMap((attribute) => tests.get(attribute)?.place ?? []);
  if (sortTests.length + values.length < tests.size) throw invalid('Query key condition not supported');
  // The tests of sort attributes from left to right; the first that is not met tells on which side the entry lies.
  const place = (n: number) => {
    const item = entries.whole(n);
    for (const test of sortTests) {
      const side = test(item);
      if (side !== 0) return side;
    }
    return 0;
  };
  return { from: firstWhere(partition, (n) => place(n) >= 0), to: firstWhere(partition, (n) => place(n) > 0) };
}

/** Negative below the wanted range, 0 inside, positive above. */
type Place = (item: Item) => number;

/** The attribute of one term, its one value where it is an equality, and where an item lies. */
function sortTest(term: Condition): [string, { readonly equals?: AttributeValue; readonly place: Place }] {
  if (term.kind === 'compare') {
    const [attribute, value] = [pathOf(term.left), constantOf(term.right)];
    const order: Place = (item) => orderOf(item[attribute], value);
    switch (term.op) {
      case '=':
        return [attribute, { equals: value, place: order }];
      case '<':
        return [attribute, { place: (item) => (order(item) < 0 ? 0 : 1) }];
      case '<=':
        return [attribute, { place: (item) => (order(item) <= 0 ? 0 : 1) }];
      case '>':
        return [attribute, { place: (item) => (order(item) > 0 ? 0 : -1) }];
      case '>=':
        return [attribute, { place: (item) => (order(item) >= 0 ? 0 : -1) }];
    }
  }
  if (term.kind === 'between') {
    const [attribute, low, high] = [pathOf(term.subject), constantOf(term.low), constantOf(term.high)];
    const place: Place = (item) =>
      orderOf(item[attribute], low) < 0 ? -1 : orderOf(item[attribute], high) > 0 ? 1 : 0;
    return [attribute, { place }];
  }
  if (term.kind === 'call' && term.name === 'begins_with') {
    const [attribute, prefix] = [pathOf(term.operands[0]), constantOf(term.operands[1])];
    const place: Place = (item) => (startsWith(item[attribute], prefix) ? 0 : orderOf(item[attribute], prefix));
    return [attribute, { place }];
  }
  throw invalid('Query key condition not supported');
}

function pathOf(
  operand: { readonly kind: string; readonly path?: readonly [string, ...unknown[]] } | undefined,
): string {
  if (operand?.path === undefined) throw invalid('A key condition begins with a key attribute');
  return operand.path[0];
}

function constantOf(operand: { readonly kind: string; readonly value?: AttributeValue } | undefined): AttributeValue {
  if (operand?.value === undefined) throw invalid('A key condition compares with a value');
  return operand.value;
}

function orderOf(value: AttributeValue | undefined, other: AttributeValue): number {
  const order = value === undefined ? undefined : compareValues(value, other);
  if (order === undefined) throw invalid('Condition parameter type does not match schema type');
  return order;
}

function startsWith(value: AttributeValue | undefined, prefix: AttributeValue): boolean {
  if (value === undefined) return false;
  if ('S' in value && 'S' in prefix) return value.S.startsWith(prefix.S);
  return 'B' in value && 'B' in prefix && Buffer.from(value.B, 'base64').indexOf(Buffer.from(prefix.B, 'base64')) === 0;
}
