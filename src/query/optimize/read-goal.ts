import type { Column } from '../../catalog/model.js';
import { type AstNode, isNode, nodesOf, textMember } from '../parse/parse-statement.js';
import type { Goal, OrderTerm } from '../plan/paths/goal.js';
import { ITEM_COLUMN } from '../resolve/reference.js';
import { originOfExpression, type PlanNode, type Reading } from './logical-plan.js';

/**
 * What the plan wants of a reading, where that lets reading end early: the first rows (LIMIT, also in a subquery; ORDER BY
 * with LIMIT; EXISTS), the least or greatest value of an attribute, or just the number of rows. Only filters and projections
 * may stand between. Undefined when there is no such goal.
 */
export function readGoal(reading: Reading, columns: readonly Column[]): Goal | undefined {
  let child = reading.node;
  for (const [depth, node] of reading.ancestors.entries()) {
    switch (node.type) {
      case 'LOGICAL_FILTER':
      case 'LOGICAL_PROJECTION':
        child = node;
        break;
      case 'LOGICAL_LIMIT':
        return firstRows(limitOf(node), []);
      case 'LOGICAL_TOP_N':
        return firstRows(
          Number(node.json['limit'] ?? 0) + Number(node.json['offset'] ?? 0),
          readOrder(node, child, columns),
        );
      case 'LOGICAL_AGGREGATE_AND_GROUP_BY':
        return readAggregate(node, child, { columns, above: reading.ancestors.slice(depth + 1) });
      default:
        return undefined;
    }
  }
  return undefined;
}

function firstRows(rows: number | undefined, order: readonly OrderTerm[] | undefined): Goal | undefined {
  if (rows === undefined || !Number.isSafeInteger(rows) || order === undefined) return undefined;
  return { kind: 'rows', rows, order, ignoresMissing: false };
}

/** Rows up to the last wanted one; undefined when they are not constants. */
function limitOf({ json }: PlanNode): number | undefined {
  const { limit_val: limit, offset_val: offset } = json;
  if (!isNode(limit) || limit['type'] !== 'CONSTANT_VALUE') return undefined;
  const isOpen = !isNode(offset) || offset['type'] === 'UNSET';
  if (!isOpen && offset['type'] !== 'CONSTANT_VALUE') return undefined;
  return Number(limit['constant_integer'] ?? 0) + (isOpen ? 0 : Number(offset['constant_integer'] ?? 0));
}

function readOrder({ json }: PlanNode, child: PlanNode, columns: readonly Column[]): OrderTerm[] | undefined {
  const terms = nodesOf(json['orders']).map((order, i, { length }): OrderTerm | undefined => {
    const { expression, null_order: nullOrder, type } = order;
    const column = isNode(expression) ? orderedColumn(expression, child, columns) : undefined;
    if (column === undefined) return undefined;
    // Different numbers can be equal once they are rounded, and then what follows orders them.
    if (column.type.kind === 'double' && i + 1 < length) return undefined;
    const { attribute } = column;
    return { attribute, descending: type === 'DESCENDING', missingFirst: nullOrder === 'NULLS FIRST' };
  });
  return terms.length > 0 && terms.every((term) => term !== undefined) ? terms : undefined;
}

/** A column that SQL sorts as DynamoDB sorts its attribute. */
function orderedColumn(expression: AstNode, child: PlanNode, columns: readonly Column[]): Column | undefined {
  const origin = originOfExpression(expression, child);
  const column = origin === undefined ? undefined : columns[origin.column];
  return column === undefined || column === ITEM_COLUMN || !sortsAlike(column) ? undefined : column;
}

/** Text that is parsed for its column sorts by what was parsed. */
function sortsAlike({ type }: Column): boolean {
  return type.kind !== 'string' || type.as === 'text';
}

/** `min(x)`, `max(x)` and `count(*)`, each as the only aggregate, over all rows. */
function readAggregate(
  { json }: PlanNode,
  child: PlanNode,
  { columns, above }: { readonly columns: readonly Column[]; readonly above: readonly PlanNode[] },
): Goal | undefined {
  const [call, another] = nodesOf(json['expressions']);
  if (call === undefined || another !== undefined || nodesOf(json['groups']).length > 0) return undefined;
  if (isNode(call['filter']) || (Array.isArray(json['grouping_sets']) && json['grouping_sets'].length > 1))
    return undefined;
  const name = textMember(call, 'name');
  const [argument, second] = nodesOf(call['children']);
  if (name === 'count_star') return countGoal(above);
  if ((name !== 'min' && name !== 'max') || argument === undefined || second !== undefined) return undefined;
  const column = orderedColumn(argument, child, columns);
  if (column === undefined) return undefined;
  const order = [{ attribute: column.attribute, descending: name === 'max', missingFirst: false }];
  return { kind: 'rows', rows: 1, order, ignoresMissing: true };
}

/** DynamoDB's count is the answer when it is all that the statement selects. */
function countGoal(above: readonly PlanNode[]): Goal | undefined {
  const [projection, more] = above;
  const [selected, another] = nodesOf(projection?.json['expressions']);
  if (projection?.type !== 'LOGICAL_PROJECTION' || more !== undefined || another !== undefined) return undefined;
  if (selected?.['type'] !== 'BOUND_REF' || selected['alias'] === undefined) return undefined;
  return { kind: 'count', columnName: textMember(selected, 'alias') };
}
