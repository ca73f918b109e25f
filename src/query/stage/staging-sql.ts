import { type ColumnType, sqlTypeName } from '../../catalog/column-type.js';
import type { Column } from '../../catalog/model.js';
import { pageRows } from './page-rows.js';
import { readsAsNull, roundsNumber } from './read-value.js';

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
  const { from, values, misfit, access } = pageRows(columns, types, '$1');
  const insert = `INSERT INTO ${table} SELECT ${[...values, ...flagWords(types, access), 'true'].join(', ')} FROM ${from}`;
  if (misfit === undefined) return { insert, misfits: undefined };
  return { insert: `${insert} WHERE ${misfit} IS NOT TRUE`, misfits: `SELECT ${misfit} IS TRUE FROM ${from}` };
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
  return flagNames(types.length).map((_, word) => {
    const first = word * COLUMNS_PER_WORD;
    const bits = types.slice(first, first + COLUMNS_PER_WORD).flatMap((type, at) => {
      const value = access(first + at);
      const flags = [bitOf(readsAsNull(type, value), 2 * at), bitOf(roundsNumber(type, value), 2 * at + 1)];
      return flags.filter((bit) => bit !== undefined);
    });
    return bits.length === 0 ? 'CAST(0 AS BIGINT)' : bits.join(' | ');
  });
}

function bitOf(condition: string, bit: number): string | undefined {
  return condition === 'false'
    ? undefined
    : `CASE WHEN ${condition} THEN ${2n ** BigInt(bit)}::BIGINT ELSE 0::BIGINT END`;
}
