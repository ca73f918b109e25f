import type { Column } from '../../catalog/model.js';
import { readPredicate } from '../optimize/read-predicate.js';
import { type AstNode, isNode, nodesOf, textMember } from '../parse/parse-statement.js';
import { describe } from '../plan/conditions/filter-expression.js';
import type { Conjunct } from '../plan/conditions/predicate.js';
import { ITEM_COLUMN, type Reference } from '../resolve/reference.js';

/** A statement that asks for columns of one table as they are. */
export interface DirectSelect {
  readonly output: readonly { readonly name: string; readonly column: Column }[];
  readonly conjuncts: readonly Conjunct[];
}

/** Clauses of a SELECT that would need DuckDB. */
const OTHER_CLAUSES = ['cte_map', 'modifiers', 'group_expressions', 'group_sets', 'having', 'sample', 'qualify'];

/**
 * `SELECT <columns or *> FROM <one table> WHERE <conditions that DynamoDB applies exactly>`: when such a statement reads
 * whole keys, its rows are the items themselves, and neither optimizer nor executor has anything left to do. Undefined
 * for everything else, for names that are not plain columns, and for what may be wrong: then DuckDB says so.
 */
export function directSelect(query: AstNode, references: readonly Reference[]): DirectSelect | undefined {
  const [reference, another] = references;
  const from = query['from_table'];
  if (reference?.source.kind !== 'table' || another !== undefined || !isNode(from)) return undefined;
  if (query['type'] !== 'SELECT_NODE' || from['type'] !== 'BASE_TABLE' || 'sample' in from) return undefined;
  if (reference.found.renamesColumns || reference.columns.includes(ITEM_COLUMN)) return undefined;
  // Keys are read without a filter, so that DuckDB has to leave out what is expired.
  if (reference.expiry !== undefined || (reference.warnings ?? []).length > 0) return undefined;
  // GROUP BY ALL leaves no other trace.
  if (textMember(query, 'aggregate_handling') !== 'STANDARD_HANDLING') return undefined;
  if (OTHER_CLAUSES.some((clause) => !isAbsent(query[clause]))) return undefined;
  const columnOf = columnLookup(reference);
  const output = nodesOf(query['select_list']).map((node) => outputOf(node, reference, columnOf));
  const conjuncts = termsOf(query['where_clause']).map((node): Conjunct | undefined => {
    const translated = readPredicate(withColumnNames(node, columnOf), (name) => columnOf([name]));
    return translated?.exact === true ? { sql: describe(translated.predicate), translated } : undefined;
  });
  if (conjuncts.length === 0 || !conjuncts.every((each) => each !== undefined)) return undefined;
  if (output.length === 0 || !output.every((each) => each !== undefined)) return undefined;
  return { output: output.flat(), conjuncts };
}

type ColumnLookup = (path: readonly string[]) => Column | undefined;

/** `column`, or `table.column` by the name that the statement gives the table. */
function columnLookup({ columns, alias }: Reference): ColumnLookup {
  const byName = new Map(columns.map((column) => [column.name.toLowerCase(), column]));
  const table = alias.toLowerCase();
  // `t.x` is a member of the column t where there is one: DuckDB is to say which is meant.
  const isAmbiguous = byName.has(table);
  return (path) => {
    const [first = '', second] = path.map((part) => part.toLowerCase());
    if (path.length === 1) return byName.get(first);
    return path.length === 2 && first === table && !isAmbiguous && second !== undefined
      ? byName.get(second)
      : undefined;
  };
}

function outputOf(node: AstNode, { columns }: Reference, columnOf: ColumnLookup): DirectSelect['output'] | undefined {
  if (node['type'] === 'STAR') {
    const isPlain = [
      'exclude_list',
      'replace_list',
      'qualified_exclude_list',
      'rename_list',
      'columns',
      'expr',
      'relation_name',
    ];
    return isPlain.every((member) => isAbsent(node[member]))
      ? columns.map((column) => ({ name: column.name, column }))
      : undefined;
  }
  const column = node['type'] === 'COLUMN_REF' ? columnOf(pathOf(node)) : undefined;
  if (column === undefined) return undefined;
  const alias = textMember(node, 'alias');
  return [{ name: alias === '' ? column.name : alias, column }];
}

/** The condition with `table.column` written as `column`, and unknown columns as nothing that is understood. */
function withColumnNames(node: AstNode, columnOf: ColumnLookup): AstNode {
  if (node['class'] === 'COLUMN_REF') {
    const column = columnOf(pathOf(node));
    return { ...node, column_names: column === undefined ? [] : [column.name] };
  }
  return Object.fromEntries(
    Object.entries(node).map(([member, value]) => [
      member,
      Array.isArray(value)
        ? value.map((each) => (isNode(each) ? withColumnNames(each, columnOf) : each))
        : isNode(value)
          ? withColumnNames(value, columnOf)
          : value,
    ]),
  );
}

function termsOf(condition: AstNode[string] | undefined): AstNode[] {
  if (!isNode(condition)) return [];
  if (condition['type'] !== 'CONJUNCTION_AND') return [condition];
  return nodesOf(condition['children']).flatMap(termsOf);
}

function pathOf(node: AstNode): string[] {
  return Array.isArray(node['column_names']) ? node['column_names'].map(String) : [];
}

/** The serializer leaves empty members out, or writes them empty. */
function isAbsent(value: AstNode[string] | undefined): boolean {
  if (value === undefined || value === null || value === false || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isNode(value) && Object.values(value).every(isAbsent);
}
