import { type AstNode, nodesOf, parseAst, textMember } from '../parse/parse-statement.js';

/** A node of DuckDB's optimized logical plan. Expressions of a node name the output columns of its children by position. */
export interface PlanNode {
  /** For example LOGICAL_FILTER. */
  readonly type: string;
  readonly children: readonly PlanNode[];
  /** All that DuckDB says of the node. */
  readonly json: AstNode;
  /** The slot of the reference that the node reads; undefined for all other nodes. */
  readonly slot: number | undefined;
}

/** A node that reads a reference, and the nodes above it, from the parent upwards. */
export interface Reading {
  readonly node: PlanNode;
  readonly slot: number;
  readonly ancestors: readonly PlanNode[];
}

/** A column of a reading. */
export interface Origin {
  readonly reading: PlanNode;
  readonly slot: number;
  /** Index among the columns of the reference. */
  readonly column: number;
}

/**
 * The plan of `json_serialize_plan`; undefined when it holds an error in place of a plan. The form is not a stable interface
 * of DuckDB: the version is pinned, this file alone knows it, and what is not understood widens the read.
 */
export function readLogicalPlan(json: string): PlanNode | undefined {
  const [root] = nodesOf(parseAst(json)['plans']);
  return root === undefined ? undefined : planNode(root);
}

function planNode(json: AstNode): PlanNode {
  const type = textMember(json, 'type');
  const slot = type === 'LOGICAL_GET' ? /^headgate_ref_(\d+)$/.exec(textMember(json, 'name'))?.[1] : undefined;
  return {
    type,
    children: nodesOf(json['children']).map(planNode),
    json,
    slot: slot === undefined ? undefined : Number(slot),
  };
}

/** Every reading of a reference in the plan. */
export function readingsIn(root: PlanNode): Reading[] {
  const found: Reading[] = [];
  const visit = (node: PlanNode, ancestors: readonly PlanNode[]): void => {
    if (node.slot !== undefined) found.push({ node, slot: node.slot, ancestors });
    for (const child of node.children) visit(child, [node, ...ancestors]);
  };
  visit(root, []);
  return found;
}

/** Indexes of the columns that a reading gives, in the order in which it gives them. */
export function columnsOf({ json }: PlanNode): number[] {
  const read = nodesOf(json['column_indexes']).map(indexOf);
  const projected = numbersOf(json['projection_ids']);
  return projected.length === 0 ? read : projected.flatMap((at) => read[at] ?? []);
}

/**
 * The column that an output column of a node holds unchanged; undefined when it is made of several or computed, or when the
 * node is one that we do not know. Rows may be missing from it, or repeated, or NULL may have been added by an outer join.
 */
export function originOf(node: PlanNode, output: number): Origin | undefined {
  const { json, slot } = node;
  const [child, second] = node.children;
  if (slot !== undefined) {
    const column = columnsOf(node)[output];
    return column === undefined ? undefined : { reading: node, slot, column };
  }
  if (child === undefined) return undefined;
  switch (node.type) {
    case 'LOGICAL_PROJECTION':
      return originOfExpression(nodesOf(json['expressions'])[output], child);
    case 'LOGICAL_FILTER':
    case 'LOGICAL_ORDER_BY':
    case 'LOGICAL_TOP_N':
    case 'LOGICAL_LIMIT':
    case 'LOGICAL_DISTINCT':
      return originOf(child, mapped(json['projection_map'] ?? json['projections'], output));
    case 'LOGICAL_WINDOW':
    case 'LOGICAL_UNNEST':
      return output < (widthOf(child) ?? 0) ? originOf(child, output) : undefined;
    case 'LOGICAL_AGGREGATE_AND_GROUP_BY':
      if (Array.isArray(json['grouping_sets']) && json['grouping_sets'].length > 1) return undefined;
      return originOfExpression(nodesOf(json['groups'])[output], child);
    case 'LOGICAL_CROSS_PRODUCT':
    case 'LOGICAL_COMPARISON_JOIN':
    case 'LOGICAL_ANY_JOIN': {
      const left = leftWidthOf(node);
      if (left === undefined || textMember(json, 'join_type').startsWith('RIGHT_')) return undefined;
      if (output < left) return originOf(child, mapped(json['left_projection_map'], output));
      const givesRight = !['SEMI', 'ANTI', 'MARK'].includes(textMember(json, 'join_type'));
      return givesRight && second !== undefined
        ? originOf(second, mapped(json['right_projection_map'], output - left))
        : undefined;
    }
    default:
      return undefined;
  }
}

/** The column that an expression over the outputs of `child` is; undefined when it is computed. */
export function originOfExpression(expression: AstNode | undefined, child: PlanNode): Origin | undefined {
  return expression?.['type'] === 'BOUND_REF' ? originOf(child, indexOf(expression)) : undefined;
}

/** The position that a BOUND_REF or a column index names; the serializer leaves out zeros. */
export function indexOf(json: AstNode): number {
  return Number(json['index'] ?? 0);
}

/** The number of output columns; undefined for nodes that we do not know. */
export function widthOf(node: PlanNode): number | undefined {
  const { json } = node;
  const [child, second] = node.children;
  if (node.slot !== undefined) return columnsOf(node).length;
  if (child === undefined) return undefined;
  const expressions = nodesOf(json['expressions']).length;
  switch (node.type) {
    case 'LOGICAL_PROJECTION':
      return expressions;
    case 'LOGICAL_FILTER':
    case 'LOGICAL_ORDER_BY':
    case 'LOGICAL_TOP_N':
    case 'LOGICAL_LIMIT':
    case 'LOGICAL_DISTINCT':
      return mappedWidth(json['projection_map'] ?? json['projections'], child);
    case 'LOGICAL_WINDOW':
    case 'LOGICAL_UNNEST':
      return added(widthOf(child), expressions);
    case 'LOGICAL_AGGREGATE_AND_GROUP_BY':
      return nodesOf(json['groups']).length + expressions + nodesIn(json['grouping_functions']);
    case 'LOGICAL_CROSS_PRODUCT':
    case 'LOGICAL_COMPARISON_JOIN':
    case 'LOGICAL_ANY_JOIN': {
      const left = leftWidthOf(node);
      const join = textMember(json, 'join_type');
      if (join === 'SEMI' || join === 'ANTI') return left;
      if (join === 'MARK') return added(left, 1);
      return second === undefined || join.startsWith('RIGHT_')
        ? undefined
        : added(left, mappedWidth(json['right_projection_map'], second));
    }
    default:
      return undefined;
  }
}

function leftWidthOf({ json, children }: PlanNode): number | undefined {
  return children[0] === undefined ? undefined : mappedWidth(json['left_projection_map'], children[0]);
}

/** The output of the child that goes on as this one: a projection map lists them, an empty one means all of them. */
export function mapped(map: AstNode[string] | undefined, output: number): number {
  const outputs = numbersOf(map);
  return outputs.length === 0 ? output : (outputs[output] ?? Number.POSITIVE_INFINITY);
}

function mappedWidth(map: AstNode[string] | undefined, child: PlanNode): number | undefined {
  const outputs = numbersOf(map);
  return outputs.length === 0 ? widthOf(child) : outputs.length;
}

function added(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b;
}

function numbersOf(value: AstNode[string] | undefined): number[] {
  return Array.isArray(value) ? value.map(Number) : [];
}

function nodesIn(value: AstNode[string] | undefined): number {
  return Array.isArray(value) ? value.length : 0;
}
