import type { Column } from '../../catalog/model.js';
import { type AstNode, nodesOf } from '../parse/parse-statement.js';
import type { Conjunct } from '../plan/conditions/predicate.js';
import { ITEM_COLUMN } from '../resolve/reference.js';
import { parsedForm } from './bound-expression.js';
import { originOf, type PlanNode, type Reading } from './logical-plan.js';
import { printExpression } from './print-expression.js';
import { readPredicate } from './read-predicate.js';

/**
 * Every condition that a row of the reading has to fulfil before anything else happens to it: the filters above it, with
 * nothing but projections between. What DynamoDB cannot be asked of them is among them, without a translation: whoever
 * stops early must know that it is there.
 */
export function readConjuncts(reading: Reading, columns: readonly Column[]): Conjunct[] {
  const conjuncts = new Map<string, Conjunct>();
  let child = reading.node;
  for (const node of reading.ancestors) {
    if (node.type === 'LOGICAL_FILTER') {
      for (const expression of nodesOf(node.json['expressions'])) {
        const conjunct = readConjunct(expression, child, { reading, columns });
        // DuckDB may find the same one on several ways.
        conjuncts.set(JSON.stringify(conjunct), conjunct);
      }
    } else if (node.type !== 'LOGICAL_PROJECTION' && !isRowNumber(node)) break;
    child = node;
  }
  return [...conjuncts.values()];
}

function readConjunct(
  expression: AstNode,
  child: PlanNode,
  { reading, columns }: { readonly reading: Reading; readonly columns: readonly Column[] },
): Conjunct {
  const ast = parsedForm(expression, (position) => {
    const origin = originOf(child, position);
    return origin?.reading === reading.node ? columns[origin.column]?.name : undefined;
  });
  return { sql: printExpression(ast), translated: readPredicate(ast, lookup(columns)) };
}

/** `_item` is no attribute, so DynamoDB can be asked nothing of it. */
export function lookup(columns: readonly Column[]): (name: string) => Column | undefined {
  return (name) => columns.find((column) => column !== ITEM_COLUMN && column.name === name);
}

/** A lateral UNNEST numbers the rows of the table first, which changes none of them. */
function isRowNumber({ type, json }: PlanNode): boolean {
  return type === 'LOGICAL_WINDOW' && nodesOf(json['expressions']).every((each) => each['alias'] === 'delim_index');
}
