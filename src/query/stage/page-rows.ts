import { type ColumnType, sqlTypeName } from '../../catalog/column-type.js';
import type { Column } from '../../catalog/model.js';
import { quoteIdentifier, quoteString } from '../parse/scan-sql.js';
import { pageMembers } from './plain-page.js';
import { hasMisfit, readValue, valueStructure } from './read-value.js';

/** The rows of a page in SQL: what stands in FROM, and what each column is there. */
export interface PageRows {
  readonly from: string;
  /** One expression per column. */
  readonly values: readonly string[];
  /** True for an item with a number that does not fit its column, else false or NULL; undefined when there can be none. */
  readonly misfit: string | undefined;
  /** The parsed attribute value of a column. */
  readonly access: (column: number) => string;
}

/**
 * SQL over a plain page (see plain-page.ts), a JSON array of items in DynamoDB JSON given as the BLOB `parameter` (`$1`).
 * The page is a row and not a constant: DuckDB would fold a constant page into a list value, which takes ten times as long.
 * Attributes that differ in case alone need a structure each, because DuckDB's struct fields ignore case.
 */
export function pageRows(columns: readonly Column[], types: readonly ColumnType[], parameter: string): PageRows {
  const members = pageMembers(columns);
  const groups = caseGroups(members);
  const structures = groups.map((group) =>
    quoteString(
      JSON.stringify(Object.fromEntries(group.map((i) => [members[i] ?? '', valueStructure(typeAt(types, i))]))),
    ),
  );
  const access = (i: number) => {
    const group = groups.findIndex((indexes) => indexes.includes(i));
    return `i${group}.${quoteIdentifier(members[i] ?? '')}`;
  };
  const values = columns.map((_, i) => readValue(typeAt(types, i), access(i)));
  const misfits = columns.map((_, i) => hasMisfit(typeAt(types, i), access(i))).filter((each) => each !== 'false');
  const misfit = misfits.length === 0 ? undefined : `(${misfits.join(' OR ')})`;
  return { from: `(${parsedItems(structures, parameter)})`, values, misfit, access };
}

function parsedItems(structures: readonly string[], parameter: string): string {
  const page = `FROM (VALUES (${parameter}::BLOB)) v(b)`;
  if (structures.length === 1) {
    return `SELECT unnest(from_json(decode(b), '[' || ${structures[0]} || ']')) AS i0 ${page}`;
  }
  const parsed = structures.map((structure, group) => `, from_json(j, ${structure}) AS i${group}`).join('');
  return `SELECT j${parsed} FROM (SELECT unnest(from_json(decode(b), '["JSON"]')) AS j ${page})`;
}

/** Column indexes in groups within which no two members' names differ in case alone. */
function caseGroups(members: readonly string[]): number[][] {
  const groups: number[][] = [];
  members.forEach((member, i) => {
    const name = member.toLowerCase();
    const group = groups.find((indexes) => indexes.every((other) => members[other]?.toLowerCase() !== name));
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
