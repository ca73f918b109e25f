import type { TableDescription } from '../../../dynamodb/table-description.js';
import type { Predicate } from './predicate.js';

/**
 * Attributes that every wanted item is sure to have. An index leaves out items that lack one of its key attributes, so
 * it may only be used when all of them are in this set (sql-peers.md, trap 1).
 */
export function impliedPresent(predicates: readonly Predicate[], description: TableDescription): ReadonlySet<string> {
  const keys = [
    description.partitionKey.name,
    ...(description.sortKey === undefined ? [] : [description.sortKey.name]),
  ];
  return new Set([...keys, ...predicates.flatMap((predicate) => [...presentIn(predicate)])]);
}

function presentIn(predicate: Predicate): Set<string> {
  switch (predicate.kind) {
    case 'and':
      return new Set(predicate.terms.flatMap((term) => [...presentIn(term)]));
    case 'or': {
      const [first = new Set<string>(), ...rest] = predicate.terms.map(presentIn);
      return new Set([...first].filter((attribute) => rest.every((other) => other.has(attribute))));
    }
    case 'compare':
      // By itself, `<>` is true of a missing attribute.
      return predicate.op === '<>' ? new Set() : attributeOf(predicate.path);
    case 'absent':
      return new Set();
    case 'in':
    case 'begins-with':
    case 'contains':
    case 'present':
      return attributeOf(predicate.path);
  }
}

function attributeOf(path: readonly [string, ...unknown[]]): Set<string> {
  return path.length === 1 ? new Set([path[0]]) : new Set();
}
