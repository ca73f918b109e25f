import { type ColumnType, sqlTypeName } from '../../catalog/column-type.js';
import type { Column } from '../../catalog/model.js';
import { PLAIN_ITEM } from '../duckdb/compute-database.js';
import { quoteIdentifier, quoteString } from '../parse/scan-sql.js';
import { ITEM_COLUMN } from '../resolve/reference.js';
import { readValue, valueStructure } from './read-value.js';

/** The rows of a page in SQL: what stands in FROM, and what each column is there. */
export interface PageRows {
  readonly from: string;
  /** One expression per column. */
  readonly values: readonly string[];
  /** The parsed attribute value of a column; not for `_item`. */
  readonly access: (column: number) => string;
}

/**
 * SQL over a page, a JSON array of items in DynamoDB JSON given as the BLOB `parameter` (`$1`). The page is a row and not
 * a constant: DuckDB would fold a constant page into a list value, which takes ten times as long. Attributes that differ
 * in case alone need a structure each, because DuckDB's struct fields ignore case.
 */
export function pageRows(columns: readonly Column[], types: readonly ColumnType[], parameter: string): PageRows {
  const groups = caseGroups(columns);
  const structures = groups.map((group) =>
    quoteString(
      JSON.stringify(
        Object.fromEntries(group.map((i) => [columns[i]?.attribute ?? '', valueStructure(typeAt(types, i))])),
      ),
    ),
  );
  const access = (i: number) => {
    const group = groups.findIndex((indexes) => indexes.includes(i));
    return `i${group}.${quoteIdentifier(columns[i]?.attribute ?? '')}`;
  };
  const values = columns.map((column, i) =>
    column === ITEM_COLUMN ? `CAST(${PLAIN_ITEM}(j) AS JSON)` : readValue(typeAt(types, i), access(i)),
  );
  return { from: `(${parsedItems(structures, columns.includes(ITEM_COLUMN), parameter)})`, values, access };
}

function parsedItems(structures: readonly string[], withItem: boolean, parameter: string): string {
  const page = `FROM (VALUES (${parameter}::BLOB)) v(b)`;
  if (structures.length === 1 && !withItem) {
    return `SELECT unnest(from_json(decode(b), '[' || ${structures[0]} || ']')) AS i0 ${page}`;
  }
  const parsed = structures.map((structure, group) => `, from_json(j, ${structure}) AS i${group}`).join('');
  return `SELECT j${parsed} FROM (SELECT unnest(from_json(decode(b), '["JSON"]')) AS j ${page})`;
}

/** Column indexes in groups within which no two attribute names differ in case alone; without `_item`. */
function caseGroups(columns: readonly Column[]): number[][] {
  const groups: number[][] = [];
  columns.forEach((column, i) => {
    if (column === ITEM_COLUMN) return;
    const name = column.attribute.toLowerCase();
    const group = groups.find((indexes) => indexes.every((other) => columns[other]?.attribute.toLowerCase() !== name));
    if (group === undefined) groups.push([i]);
    else group.push(i);
  });
  return groups;
}

function typeAt(types: readonly ColumnType[], i: number): ColumnType {
  return types[i] ?? { kind: 'json' };
}

/**
 * The select list of a reference's rows: every column under its name, those that were not fetched as NULL (the plan does
 * not look at them).
 */
export function selectList(
  columns: readonly Column[],
  fetched: (column: Column) => { readonly sql: string; readonly type: ColumnType } | undefined,
): string {
  return columns
    .map((column) => {
      const { sql, type } = fetched(column) ?? { sql: 'NULL', type: column.type };
      return `CAST(${sql} AS ${sqlTypeName(type)}) AS ${quoteIdentifier(column.name)}`;
    })
    .join(', ');
}
