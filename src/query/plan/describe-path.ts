import { displayName, type Reference } from '../resolve/reference.js';
import { describeValue } from './conditions/filter-expression.js';
import { describeKeyCondition } from './keys/key-condition.js';
import type { LookupTerm } from './lookup.js';
import { type AccessPath, keySchema } from './paths/access-path.js';
import type { AccessPathKind, ReferencePlan } from './statement-plan.js';

/** Key conditions that are shown; a plan with thousands of keys shows the first few. */
const SHOWN_CONDITIONS = 6;

/** What people see of a path: its kind, the index, its key conditions and its filter. */
export function describePath(
  path: AccessPath,
  reference: Reference,
): Pick<ReferencePlan, 'path' | 'index' | 'fillIn' | 'keyConditions' | 'filter'> {
  const keyConditions = describeKeys(path, reference);
  const isPaged = path.kind === 'query' || path.kind === 'scan';
  return {
    path: pathName(path),
    ...(isPaged && path.index !== undefined ? { index: path.index.name } : {}),
    ...(isPaged && path.fillIn !== undefined ? { fillIn: true } : {}),
    ...(keyConditions === undefined ? {} : { keyConditions }),
    ...(isPaged && path.filter !== undefined ? { filter: path.filter.text } : {}),
  };
}

/** `id = each customer of shop.orders`. */
export function describeLookup(terms: readonly LookupTerm[], from: Reference): string {
  return terms
    .map(({ attribute, column }) => `${attribute} = each ${column.name} of ${displayName(from)}`)
    .join(' AND ');
}

/** The kind of a path as people know it. */
export function pathName(path: AccessPath): AccessPathKind {
  switch (path.kind) {
    case 'keys':
      return path.keys.length === 1 ? 'get' : 'batch-get';
    case 'query':
      return path.index === undefined ? 'query' : 'index-query';
    case 'scan':
      return path.index === undefined ? 'scan' : 'index-scan';
    default:
      return path.kind;
  }
}

function describeKeys(path: AccessPath, reference: Reference): string[] | undefined {
  if (reference.source.kind !== 'table') return undefined;
  const { description } = reference.source.table;
  const all =
    path.kind === 'query'
      ? path.ranges.map((range) => () => describeKeyCondition(range, keySchema(path, description)))
      : path.kind === 'keys'
        ? path.keys.map((key) => () => describeKey(key))
        : undefined;
  if (all === undefined) return undefined;
  const shown = all.slice(0, SHOWN_CONDITIONS).map((show) => show());
  return all.length > SHOWN_CONDITIONS ? [...shown, `... ${all.length} in all`] : shown;
}

function describeKey(key: PlannedKey): string {
  return Object.entries(key)
    .map(([attribute, value]) => `${attribute} = ${describeValue(value)}`)
    .join(' AND ');
}

type PlannedKey = (AccessPath & { readonly kind: 'keys' })['keys'][number];
