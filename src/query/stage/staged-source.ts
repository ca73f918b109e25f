import { type ColumnType, type NumberType, sqlTypeName } from '../../catalog/column-type.js';
import { numberTypeFor } from '../../catalog/infer-column-type.js';
import type { Column } from '../../catalog/model.js';
import type { Digits } from '../../catalog/profile.js';
import type { Workspace } from '../duckdb/compute-database.js';
import { noRows } from './inline-page.js';
import { mapNumbers, numbersIn, numberTexts } from './number-types.js';
import { selectList } from './page-rows.js';
import type { StagedTable } from './stage-table.js';
import { digitsOf } from './widen-page.js';

export interface StagedSource {
  /** What stands for the reference in the FROM clause: its parts as one table with all columns of the reference. */
  readonly source: string;
  /** Columns whose types had to become wider. */
  readonly widened: readonly Column[];
  /** For each fetched column, values that were staged exactly and are rounded for want of a type that fits all parts. */
  readonly rounded: readonly number[];
}

/** Joins the parts of a staged reference: numbers get a type that fits all of them. */
export async function stagedSource(
  workspace: Workspace,
  options: { readonly columns: readonly Column[]; readonly fetched: readonly Column[]; readonly staged: StagedTable },
): Promise<StagedSource> {
  const { columns, fetched, staged } = options;
  const parts = staged.stagedParts;
  const types: ColumnType[] = [];
  const rounded: number[] = [];
  for (const [i, column] of fetched.entries()) {
    const typed = parts.map((part) => ({ table: part.table, type: part.types[i] ?? column.type }));
    const type = await unify(typed, `c${i}`, workspace);
    types.push(type);
    rounded.push(await countRounded(typed, { name: `c${i}`, type }, workspace));
  }
  const list = selectList(columns, (column) => {
    const at = fetched.indexOf(column);
    return at < 0 ? undefined : { sql: `c${at}`, type: types[at] ?? column.type };
  });
  const selects = parts.map(({ table }) => `SELECT ${list} FROM ${table}`);
  return {
    source: parts.length === 0 ? noRows(columns) : `(${selects.join(' UNION ALL ')})`,
    widened: fetched.flatMap((column, i) => {
      const type = types[i] ?? column.type;
      return sqlTypeName(type) === sqlTypeName(column.type) ? [] : [{ ...column, type }];
    }),
    rounded,
  };
}

const TEXT: ColumnType = { kind: 'string', as: 'text' };

interface TypedPart {
  readonly table: string;
  readonly type: ColumnType;
}

/** One type for a column of several parts, whose types differ in their numbers alone. */
async function unify(parts: readonly TypedPart[], column: string, workspace: Workspace): Promise<ColumnType> {
  const [first = { type: TEXT }] = parts;
  const numbers = parts.map(({ type }) => numbersIn(type));
  const joined = joinPlaces(numbers, (part, place) => mostDigits(numbers[part]?.[place]));
  const isOpen = joined.some((type, place) => type.kind === 'double' && !hasDouble(numbers, place));
  // What the parts could hold together fits no exact type; what they do hold may.
  const held: Digits[][] = [];
  if (isOpen) for (const part of parts) held.push(await heldDigits(part, column, workspace));
  const exact = isOpen ? joinPlaces(numbers, (part, place) => held[part]?.[place]) : joined;
  let place = 0;
  return mapNumbers(first.type, (own) => {
    const at = place++;
    const type = joined[at] ?? own;
    return type.kind === 'double' && !hasDouble(numbers, at) ? (exact[at] ?? type) : type;
  });
}

/** For each place of a number, the type that all parts have there, or else one that fits the digits of all. */
function joinPlaces(
  parts: readonly (readonly NumberType[])[],
  digitsAt: (part: number, place: number) => Digits | undefined,
): NumberType[] {
  return (parts[0] ?? []).map((own, place) => {
    if (parts.every((part) => part[place] !== undefined && sqlTypeName(part[place]) === sqlTypeName(own))) return own;
    const digits = parts.map((_, part) => digitsAt(part, place) ?? { integer: 0, fraction: 0 });
    return numberTypeFor({
      integer: Math.max(...digits.map(({ integer }) => integer)),
      fraction: Math.max(...digits.map(({ fraction }) => fraction)),
    });
  });
}

/** A BIGINT promises 18 digits and takes some numbers of 19. */
function mostDigits(type: NumberType | undefined): Digits | undefined {
  return type?.kind === 'bigint' ? { integer: 19, fraction: 0 } : type && digitsOf(type);
}

function hasDouble(parts: readonly (readonly NumberType[])[], place: number): boolean {
  return parts.some((part) => part[place]?.kind === 'double');
}

async function heldDigits({ table, type }: TypedPart, column: string, workspace: Workspace): Promise<Digits[]> {
  const integers = numberTexts(type, column).map(
    (texts) => `max(list_max(list_transform(${texts}, lambda text: length(ltrim(split_part(text, '.', 1), '-0')))))`,
  );
  const [row] = await workspace.rows(`SELECT ${integers.join(', ')} FROM ${table}`);
  return numbersIn(type).map((number, place) => ({
    integer: Number(row?.[place] ?? 0),
    fraction: number.kind === 'decimal' ? number.scale : 0,
  }));
}

/** Values of exact parts that do not come back from the column's type as they were. */
async function countRounded(
  parts: readonly TypedPart[],
  column: { readonly name: string; readonly type: ColumnType },
  workspace: Workspace,
): Promise<number> {
  const target = sqlTypeName(column.type);
  if (!numbersIn(column.type).some(({ kind }) => kind === 'double')) return 0;
  let count = 0;
  for (const { table, type } of parts) {
    const own = sqlTypeName(type);
    if (own === target) continue;
    const changed = `TRY_CAST(CAST(${column.name} AS ${target}) AS ${own}) IS DISTINCT FROM ${column.name}`;
    const [row] = await workspace.rows(`SELECT count(*) FROM ${table} WHERE ${changed}`);
    count += Number(row?.[0] ?? 0);
  }
  return count;
}
