import { type ColumnType, type NumberType, sqlTypeName } from '../../catalog/column-type.js';
import { numberTypeFor } from '../../catalog/infer-column-type.js';
import type { Column } from '../../catalog/model.js';
import type { Digits } from '../../catalog/profile.js';
import type { Workspace } from '../duckdb/compute-database.js';
import { selectList } from './page-rows.js';
import type { StagedTable } from './stage-table.js';
import { digitsOf } from './widen-page.js';

/**
 * What stands for a staged reference in the FROM clause: its parts as one table with all columns of the reference, and the
 * columns whose types had to become wider.
 */
export async function stagedSource(
  workspace: Workspace,
  options: { readonly columns: readonly Column[]; readonly fetched: readonly Column[]; readonly staged: StagedTable },
): Promise<{ readonly source: string; readonly widened: readonly Column[] }> {
  const { columns, fetched, staged } = options;
  const parts = staged.stagedParts;
  const types: ColumnType[] = [];
  for (const [i, column] of fetched.entries()) {
    const typed = parts.map((part) => ({ table: part.table, type: part.types[i] ?? column.type }));
    types.push(await unify(typed, `c${i}`, workspace));
  }
  const list = selectList(columns, (column) => {
    const at = fetched.indexOf(column);
    return at < 0 ? undefined : { sql: `c${at}`, type: types[at] ?? column.type };
  });
  return {
    source: `(${parts.map(({ table }) => `SELECT ${list} FROM ${table}`).join(' UNION ALL ')})`,
    widened: fetched.flatMap((column, i) => {
      const type = types[i] ?? column.type;
      return sqlTypeName(type) === sqlTypeName(column.type) ? [] : [{ ...column, type }];
    }),
  };
}

const TEXT: ColumnType = { kind: 'string', as: 'text' };

interface TypedPart {
  readonly table: string;
  readonly type: ColumnType;
}

/** One type for a column of several parts; the first part's where there is only one. */
async function unify(parts: readonly TypedPart[], column: string, workspace: Workspace): Promise<ColumnType> {
  const [first, ...rest] = parts;
  if (first === undefined) return TEXT;
  const joined = rest.reduce((type, part) => join(type, part.type), first.type);
  if (joined.kind !== 'double' || parts.some(({ type }) => type.kind === 'double')) return joined;
  // What the parts could hold together fits no exact type; what they do hold may.
  const held: Digits[] = [];
  for (const part of parts) held.push(await heldDigits(part, column, workspace));
  return numberTypeFor({
    integer: Math.max(...held.map(({ integer }) => integer)),
    fraction: Math.max(...held.map(({ fraction }) => fraction)),
  });
}

async function heldDigits({ table, type }: TypedPart, column: string, workspace: Workspace): Promise<Digits> {
  const fraction = type.kind === 'decimal' ? type.scale : 0;
  const integerPart = `ltrim(split_part(CAST(${column} AS VARCHAR), '.', 1), '-')`;
  const [row] = await workspace.rows(`SELECT max(length(${integerPart})) FROM ${table}`);
  return { integer: Number(row?.[0] ?? 0), fraction };
}

function join(a: ColumnType, b: ColumnType): ColumnType {
  if (isNumber(a) && isNumber(b)) return joinNumbers(a, b);
  if (a.kind === 'set' && b.kind === 'set' && isNumber(a.element) && isNumber(b.element)) {
    return { kind: 'set', element: joinNumbers(a.element, b.element) };
  }
  if (a.kind === 'list' && b.kind === 'list') return { kind: 'list', element: join(a.element, b.element) };
  if (a.kind === 'struct' && b.kind === 'struct') {
    return {
      kind: 'struct',
      fields: a.fields.map((field, i) => ({ ...field, type: join(field.type, b.fields[i]?.type ?? field.type) })),
    };
  }
  return a;
}

function joinNumbers(a: NumberType, b: NumberType): NumberType {
  const [x, y] = [digitsOf(a), digitsOf(b)];
  return numberTypeFor({ integer: Math.max(x.integer, y.integer), fraction: Math.max(x.fraction, y.fraction) });
}

function isNumber(type: ColumnType): type is NumberType {
  return type.kind === 'bigint' || type.kind === 'hugeint' || type.kind === 'decimal' || type.kind === 'double';
}
