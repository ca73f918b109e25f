import { type ColumnType, sqlTypeName } from '../../catalog/column-type.js';
import type { Column } from '../../catalog/model.js';
import { pageRows } from './page-rows.js';
import { readsAsNull, roundsNumber, tryReadValue } from './read-value.js';

/** Columns per flag word: two bits for each column, in a BIGINT. */
const COLUMNS_PER_WORD = 31;

/**
 * The columns of a part's table: `c<i>` for each staged column, and `flags<i>` with two bits for each (a value of another
 * type, a rounded value).
 */
export function partColumns(types: readonly ColumnType[]): string[] {
  const columns = types.map((type, i) => `c${i} ${sqlTypeName(type)}`);
  return [...columns, ...flagNames(types.length).map((flag) => `${flag} BIGINT`), 'present BOOLEAN'];
}

export interface StagingSql {
  /** Stages the items of a page, its parameter, that fit the types. */
  readonly insert: string;
  /** One row for each item of the page, in its order: whether it does not fit. Undefined when there is no number. */
  readonly misfits: string | undefined;
}

/** The statements that stage a plain page (see plain-page.ts) into a table of `partColumns`. */
export function stagingSql(table: string, columns: readonly Column[], types: readonly ColumnType[]): StagingSql {
  const { from, access } = pageRows(columns, types, '$1');
  const values = types.map((type, i) => tryReadValue(type, access(i)));
  const present = values.flatMap((value, i) => (value.present === undefined ? [] : [{ i, sql: value.present }]));
  const staged = [...types.map((_, i) => `c${i}`), ...flagNames(types.length), 'present'];
  const list = [...values.map(({ sql }, i) => `${sql} AS c${i}`), ...flagWords(types, access), 'true AS present'];
  if (present.length === 0)
    return { insert: `INSERT INTO ${table} SELECT ${list.join(', ')} FROM ${from}`, misfits: undefined };
  // The limit has no end: it keeps the optimizer from computing each value a second time, for the condition, and from
  // moving the casts out of TRY while it is at it.
  const marks = present.map(({ i, sql }) => `${sql} AS p${i}`);
  const read = `(SELECT ${[...list, ...marks].join(', ')} FROM ${from} LIMIT ${Number.MAX_SAFE_INTEGER})`;
  const misfit = present.map(({ i }) => `p${i} AND c${i} IS NULL`).join(' OR ');
  return {
    insert: `INSERT INTO ${table} SELECT ${staged.join(', ')} FROM ${read} WHERE NOT (${misfit})`,
    misfits: `SELECT ${misfit} FROM ${read}`,
  };
}

/** The names of the flag words of so many columns. */
export function flagNames(columns: number): string[] {
  return Array.from({ length: Math.ceil(columns / COLUMNS_PER_WORD) }, (_, word) => `flags${word}`);
}

/** SQL for whether a row has a value of another type in the column, or (`rounded`) a rounded one. */
export function flagTest(column: number, flag: 'other' | 'rounded'): string {
  const bit = 2 * (column % COLUMNS_PER_WORD) + (flag === 'other' ? 0 : 1);
  return `flags${Math.floor(column / COLUMNS_PER_WORD)} & ${2n ** BigInt(bit)} <> 0`;
}

function flagWords(types: readonly ColumnType[], access: (i: number) => string): string[] {
  return flagNames(types.length).map((name, word) => {
    const first = word * COLUMNS_PER_WORD;
    const bits = types.slice(first, first + COLUMNS_PER_WORD).flatMap((type, at) => {
      const value = access(first + at);
      const flags = [bitOf(readsAsNull(type, value), 2 * at), bitOf(roundsNumber(type, value), 2 * at + 1)];
      return flags.filter((bit) => bit !== undefined);
    });
    return `${bits.length === 0 ? 'CAST(0 AS BIGINT)' : bits.join(' | ')} AS ${name}`;
  });
}

function bitOf(condition: string, bit: number): string | undefined {
  return condition === 'false'
    ? undefined
    : `CASE WHEN ${condition} THEN ${2n ** BigInt(bit)}::BIGINT ELSE 0::BIGINT END`;
}
