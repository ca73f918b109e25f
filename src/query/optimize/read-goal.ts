import { type AstNode, isNode, nodesOf, textMember } from '../parse/parse-statement.js';
import type { Goal, OrderTerm } from '../plan/goal.js';
import type { Reference } from '../resolve/reference.js';
import { readConstant } from './constants.js';
import { type PlanNode, planRoots, slotOf } from './read-explain.js';

/**
 * What the whole statement wants of its only table, where that lets reading end early: the first rows, the least or
 * greatest key, or just the number of rows. The plan shows that nothing stands between (no join, grouping, DISTINCT,
 * window or UNNEST); the statement says how many rows and in which order. Undefined when there is no such goal.
 */
export function readGoal(query: AstNode, logicalPlan: string, references: readonly Reference[]): Goal | undefined {
  const [root, another] = planRoots(logicalPlan);
  const [reference, second] = references;
  if (root === undefined || another !== undefined || reference === undefined || second !== undefined) return undefined;
  const chain = chainToTable(root);
  if (chain === undefined || query['type'] !== 'SELECT_NODE') return undefined;
  const shape = chain.filter((name) => name !== 'PROJECTION').join(' ');
  if (/^(LIMIT|TOP_N)( FILTER)?$/.test(shape)) return readRows(query, reference, shape.startsWith('TOP_N'));
  if (/^AGGREGATE( FILTER)?$/.test(shape)) return readAggregate(query, reference, root);
  return undefined;
}

/** Names of the nodes from the root to the table, when none has a second child and a filter stands only right above the table. */
function chainToTable(root: PlanNode): string[] | undefined {
  const names: string[] = [];
  for (let node = root; slotOf(node) === undefined; ) {
    const [child, another] = node.children;
    if (child === undefined || another !== undefined) return undefined;
    if (node.name === 'FILTER' && slotOf(child) === undefined) return undefined;
    names.push(node.name);
    node = child;
  }
  return names;
}

function readRows(query: AstNode, reference: Reference, isOrdered: boolean): Goal | undefined {
  const modifiers = nodesOf(query['modifiers']);
  const limit = modifiers.find(({ type }) => type === 'LIMIT_MODIFIER');
  const rows = limit === undefined ? undefined : countOf(limit['limit']);
  const offset = limit === undefined || limit['offset'] === undefined ? 0 : countOf(limit['offset']);
  if (rows === undefined || offset === undefined) return undefined;
  const order = isOrdered ? readOrder(query, reference) : [];
  return order === undefined ? undefined : { kind: 'rows', rows: rows + offset, order };
}

function readOrder(query: AstNode, reference: Reference): OrderTerm[] | undefined {
  const modifier = nodesOf(query['modifiers']).find(({ type }) => type === 'ORDER_MODIFIER');
  const terms = nodesOf(modifier?.['orders']).map((order): OrderTerm | undefined => {
    const expression = order['expression'];
    const attribute = isNode(expression) ? orderedAttribute(expression, query, reference) : undefined;
    return attribute === undefined ? undefined : { attribute, descending: order['type'] === 'DESCENDING' };
  });
  return terms.length > 0 && terms.every((term) => term !== undefined) ? terms : undefined;
}

/** A name in ORDER BY is that of a selected expression first, and of a column of the table only then. */
function orderedAttribute(expression: AstNode, query: AstNode, reference: Reference): string | undefined {
  const selected = nodesOf(query['select_list']);
  const position = countOf(expression);
  if (position !== undefined) {
    const before = selected.slice(0, position);
    const target = before.some(({ type }) => type === 'STAR') ? undefined : before[position - 1];
    return target === undefined ? undefined : attributeOf(target, query, reference);
  }
  const [name, more] = pathOf(expression);
  const alias =
    more === undefined && name !== undefined
      ? selected.find((each) => same(textMember(each, 'alias'), name))
      : undefined;
  return attributeOf(alias ?? expression, query, reference);
}

/** `min(<sort key>)`, `max(<sort key>)` and `count(*)`, each as the only thing that is asked for. */
function readAggregate(query: AstNode, reference: Reference, root: PlanNode): Goal | undefined {
  const [call, another] = nodesOf(query['select_list']);
  if (call === undefined || another !== undefined || call['class'] !== 'FUNCTION') return undefined;
  if (call['filter'] !== undefined || call['distinct'] === true || nodesOf(query['modifiers']).length > 0)
    return undefined;
  if (query['having'] !== undefined || query['qualify'] !== undefined || !hasOneAggregate(root)) return undefined;
  const name = textMember(call, 'function_name').toLowerCase();
  if (name === 'count_star') {
    const alias = textMember(call, 'alias');
    return { kind: 'count', columnName: alias === '' ? 'count_star()' : alias };
  }
  const [argument, second] = nodesOf(call['children']);
  if ((name !== 'min' && name !== 'max') || argument === undefined || second !== undefined) return undefined;
  const attribute = attributeOf(argument, query, reference);
  return attribute === undefined
    ? undefined
    : { kind: 'rows', rows: 1, order: [{ attribute, descending: name === 'max' }] };
}

function hasOneAggregate(root: PlanNode): boolean {
  for (let node: PlanNode | undefined = root; node !== undefined; node = node.children[0]) {
    if (node.name !== 'AGGREGATE') continue;
    const { Groups: groups = '', Expressions: expressions = '' } = node.extra_info ?? {};
    return groups === '' && typeof expressions === 'string' && expressions !== '';
  }
  return false;
}

/** The attribute of a plain column of the table that stands in FROM. */
function attributeOf(node: AstNode, query: AstNode, { columns, alias, found }: Reference): string | undefined {
  const from = query['from_table'];
  const path = node['type'] === 'COLUMN_REF' ? pathOf(node) : [];
  const [name] = path.slice(-1);
  const isOwn = path.length === 1 || (path.length === 2 && same(path[0] ?? '', alias));
  if (!isOwn || name === undefined || !isNode(from) || from['type'] !== 'BASE_TABLE' || found.renamesColumns)
    return undefined;
  return columns.find((column) => same(column.name, name))?.attribute;
}

/** A whole number that is written as such. */
function countOf(value: AstNode[string] | undefined): number | undefined {
  const constant = isNode(value) ? readConstant(value) : undefined;
  const count = constant?.kind === 'number' ? Number(constant.text) : undefined;
  return count !== undefined && Number.isSafeInteger(count) && count >= 0 ? count : undefined;
}

function pathOf(node: AstNode): string[] {
  return Array.isArray(node['column_names']) ? node['column_names'].map(String) : [];
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
