import type { Column } from '../../catalog/model.js';
import { type AstNode, isNode, nodesOf, textMember } from '../parse/parse-statement.js';
import type { Lookup, LookupTerm } from '../plan/lookup.js';
import { ITEM_COLUMN, type Reference } from '../resolve/reference.js';
import { parsedForm } from './bound-expression.js';
import { type Origin, originOf, type PlanNode, type Reading } from './logical-plan.js';
import { lookup } from './read-conjuncts.js';
import { readTarget } from './read-target.js';

/** The sides of a join whose rows count only where the other side has an equal value. */
const RESTRICTED: Readonly<Record<string, readonly ('left' | 'right')[]>> = {
  INNER: ['left', 'right'],
  LEFT: ['right'],
  RIGHT: ['left'],
  SEMI: ['left', 'right'],
  ANTI: ['right'],
  SINGLE: ['right'],
};

/** Nodes that let a row through or not, each by itself: what is read of a table may be narrowed below them. */
const ROW_BY_ROW = new Set([
  'LOGICAL_PROJECTION',
  'LOGICAL_FILTER',
  'LOGICAL_CROSS_PRODUCT',
  'LOGICAL_COMPARISON_JOIN',
  'LOGICAL_ANY_JOIN',
]);

/**
 * The joins that need of this reading only the items whose attributes have values that another reference has. Rows that an
 * outer join below fills with NULL do no harm: they equal nothing. Only equality of values that DynamoDB and SQL
 * compare alike counts, and `IS NOT DISTINCT FROM` not at all where the attribute may be missing.
 */
export function readLookups(reading: Reading, references: readonly Reference[]): Lookup[] {
  const lookups: Lookup[] = [];
  let below = reading.node;
  let isPlain = true;
  for (const node of reading.ancestors) {
    if (node.type === 'LOGICAL_COMPARISON_JOIN') {
      lookups.push(...lookupsAt(node, below, { reading, references, isPlain }));
      isPlain = false;
    }
    if (!ROW_BY_ROW.has(node.type)) break;
    if (node.children.length > 1) isPlain = false;
    below = node;
  }
  return lookups;
}

interface JoinContext {
  readonly reading: Reading;
  readonly references: readonly Reference[];
  /** No other join stands between the reading and this one. */
  readonly isPlain: boolean;
}

function lookupsAt(join: PlanNode, below: PlanNode, context: JoinContext): Lookup[] {
  const [left, right] = join.children;
  if (left === undefined || right === undefined) return [];
  const side = below === left ? 'left' : 'right';
  if (!RESTRICTED[textMember(join.json, 'join_type')]?.includes(side)) return [];
  const [own, other] = side === 'left' ? [left, right] : [right, left];
  // Terms hold together within a row of one reading: a reference that is read twice has two rows at a time.
  const bySource = new Map<PlanNode, Lookup>();
  for (const condition of nodesOf(join.json['conditions'])) {
    const found = readTerm(condition, { side, own, other }, context);
    if (found === undefined) continue;
    const { reading, slot, term } = found;
    bySource.set(reading, { from: slot, terms: [...(bySource.get(reading)?.terms ?? []), term] });
  }
  return [...bySource.values()];
}

function readTerm(
  condition: AstNode,
  { side, own, other }: { readonly side: 'left' | 'right'; readonly own: PlanNode; readonly other: PlanNode },
  { reading, references, isPlain }: JoinContext,
): (Pick<Origin, 'reading' | 'slot'> & { readonly term: LookupTerm }) | undefined {
  const comparison = condition['comparison'];
  const wanted = sideOf(condition[side], own, references);
  const known = sideOf(condition[side === 'left' ? 'right' : 'left'], other, references);
  if (wanted?.origin.reading !== reading.node || known === undefined) return undefined;
  if (comparison !== 'COMPARE_EQUAL' && comparison !== 'COMPARE_NOT_DISTINCT_FROM') return undefined;
  const mayBeNull = !isPlain || !isOwnKey(references[reading.slot], wanted.column);
  if (comparison === 'COMPARE_NOT_DISTINCT_FROM' && mayBeNull) return undefined;
  if (known.origin.slot === reading.slot || valueKind(wanted.column) === undefined) return undefined;
  if (valueKind(wanted.column) !== valueKind(known.column)) return undefined;
  return { ...known.origin, term: { attribute: wanted.column.attribute, column: known.column } };
}

/** No item is without the keys of its table. */
function isOwnKey(reference: Reference | undefined, { attribute }: Column): boolean {
  if (reference?.source.kind !== 'table') return false;
  const { partitionKey, sortKey } = reference.source.table.description;
  return attribute === partitionKey.name || attribute === sortKey?.name;
}

/** The column that one side of a condition is, itself or behind a cast that changes no value. */
function sideOf(
  expression: AstNode[string] | undefined,
  child: PlanNode,
  references: readonly Reference[],
): { readonly origin: Origin; readonly column: Column } | undefined {
  if (!isNode(expression)) return undefined;
  let origin: Origin | undefined;
  const ast = parsedForm(expression, (position) => {
    origin = originOf(child, position);
    return origin === undefined ? undefined : references[origin.slot]?.columns[origin.column]?.name;
  });
  const columns = origin === undefined ? [] : (references[origin.slot]?.columns ?? []);
  const target = readTarget(ast, lookup(columns));
  const column = origin === undefined ? undefined : columns[origin.column];
  if (target === undefined || target.path.length > 1 || target.asDouble) return undefined;
  return origin === undefined || column === undefined || column === ITEM_COLUMN ? undefined : { origin, column };
}

/** Values of one kind are equal in SQL just when they are equal as attributes; undefined for those that are not. */
function valueKind({ type }: Column): 'text' | 'number' | 'binary' | undefined {
  switch (type.kind) {
    case 'string':
      return type.as === 'text' ? 'text' : undefined;
    case 'bigint':
    case 'hugeint':
    case 'decimal':
      return 'number';
    case 'binary':
      return 'binary';
    default:
      return undefined;
  }
}
