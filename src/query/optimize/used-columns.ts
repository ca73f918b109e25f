import { type AstNode, type AstValue, isNode, nodesOf, textMember } from '../parse/parse-statement.js';
import { columnsOf, indexOf, mapped, type PlanNode, widthOf } from './logical-plan.js';

/** Outputs of a node that are used above it. */
type Outputs = ReadonlySet<number> | 'all';

/**
 * The columns of each reading that the plan uses. DuckDB's own optimizer for this is off: DuckDB 1.5.6 cannot serialize
 * a plan with common table expressions from which it removed columns. Where a node is not understood, all count as used.
 */
export function usedColumns(root: PlanNode): ReadonlyMap<PlanNode, ReadonlySet<number>> {
  const used = new Map<PlanNode, Set<number>>();
  const visit = (node: PlanNode, outputs: Outputs): void => {
    if (node.slot === undefined) {
      for (const [child, wanted] of wantedOfChildren(node, outputs)) visit(child, wanted);
      return;
    }
    const columns = columnsOf(node);
    const known = used.get(node) ?? new Set();
    for (const [output, column] of columns.entries()) if (outputs === 'all' || outputs.has(output)) known.add(column);
    used.set(node, known);
  };
  visit(root, 'all');
  return used;
}

function wantedOfChildren(node: PlanNode, outputs: Outputs): [PlanNode, Outputs][] {
  const { json, children } = node;
  const [child, second] = children;
  const everything = children.map((each): [PlanNode, Outputs] => [each, 'all']);
  if (child === undefined) return [];
  switch (node.type) {
    case 'LOGICAL_PROJECTION':
      return [[child, refsIn(nodesOf(json['expressions']).filter((_, i) => outputs === 'all' || outputs.has(i)))]];
    case 'LOGICAL_AGGREGATE_AND_GROUP_BY':
      return [[child, refsIn(ownMembers(json))]];
    case 'LOGICAL_FILTER':
    case 'LOGICAL_ORDER_BY':
    case 'LOGICAL_TOP_N':
    case 'LOGICAL_LIMIT': {
      const map = json['projection_map'] ?? json['projections'];
      return [[child, passed(outputs, (output) => mapped(map, output), refsIn(ownMembers(json)))]];
    }
    case 'LOGICAL_WINDOW':
    case 'LOGICAL_UNNEST':
      return [[child, passed(outputs, (output) => output, refsIn(ownMembers(json)))]];
    case 'LOGICAL_CROSS_PRODUCT':
    case 'LOGICAL_COMPARISON_JOIN':
      return second === undefined ? everything : (wantedOfSides(node, [child, second], outputs) ?? everything);
    default:
      return everything;
  }
}

/** What a join wants of its sides; undefined where it says more than we understand. */
function wantedOfSides(
  { json }: PlanNode,
  [left, right]: readonly [PlanNode, PlanNode],
  outputs: Outputs,
): [PlanNode, Outputs][] | undefined {
  const { conditions, left_projection_map: leftMap, right_projection_map: rightMap, ...rest } = ownMembers(json);
  const width = Array.isArray(leftMap) && leftMap.length > 0 ? leftMap.length : widthOf(left);
  if (width === undefined || textMember(json, 'join_type').startsWith('RIGHT_') || refsIn(rest).size > 0)
    return undefined;
  const sides = nodesOf(conditions);
  const leftRefs = refsIn(sides.map((condition) => condition['left'] ?? null));
  const rightRefs = refsIn(sides.map((condition) => condition['right'] ?? null));
  if (outputs === 'all')
    return [
      [left, allOf(leftMap, leftRefs)],
      [right, allOf(rightMap, rightRefs)],
    ];
  const isLeft = (output: number) => output < width;
  return [
    [left, passed(new Set([...outputs].filter(isLeft)), (output) => mapped(leftMap, output), leftRefs)],
    [
      right,
      passed(
        new Set([...outputs].filter((output) => !isLeft(output)).map((output) => output - width)),
        (output) => mapped(rightMap, output),
        rightRefs,
      ),
    ],
  ];
}

function allOf(map: AstValue | undefined, refs: ReadonlySet<number>): Outputs {
  return Array.isArray(map) && map.length > 0 ? new Set([...map.map(Number), ...refs]) : 'all';
}

function passed(outputs: Outputs, place: (output: number) => number, refs: ReadonlySet<number>): Outputs {
  return outputs === 'all' ? 'all' : new Set([...[...outputs].map(place), ...refs]);
}

function ownMembers(json: AstNode): AstNode {
  const { children: _, ...own } = json;
  return own;
}

/** The positions that all expressions within a value name. */
function refsIn(value: AstValue | undefined): Set<number> {
  const refs = new Set<number>();
  const visit = (each: AstValue): void => {
    if (Array.isArray(each)) each.forEach(visit);
    else if (isNode(each)) {
      if (each['type'] === 'BOUND_REF') refs.add(indexOf(each));
      else Object.values(each).forEach(visit);
    }
  };
  visit(value ?? null);
  return refs;
}
