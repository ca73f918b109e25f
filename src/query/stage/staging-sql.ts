import { type ColumnType, sqlTypeName } from '../../catalog/column-type.js';
import type { Column } from '../../catalog/model.js';
import { pageRows } from './page-rows.js';
import { readsAsNull, roundsNumber, tryReadValue } from './read-value.js';

/** Columns per flag word: two bits for each column, in a BIGINT. */
const COLUMNS_PER_WORD = 31;

/**
 * The columns of a part's table: `c<i>` for each staged column, `flags<i>` with two bits for each (a value of another
 * type, a rounded value), and `misfit`, which is true where a number does not fit.
 */
export function partColumns(types: readonly ColumnType[]): string[] {
  return [
    ...types.map((type, i) => `c${i} ${sqlTypeName(type)}`),
    ...flagNames(types.length).map((flag) => `${flag} BIGINT`),
    'misfit BOOLEAN',
  ];
}

/** The statement that stages a page, its parameter; it gives `misfit` of each item where that can be true. */
export function stagingInsert(table: string, columns: readonly Column[], types: readonly ColumnType[]): string {
  const { from, access } = pageRows(columns, types, '$1');
  const values = types.map((type, i) => tryReadValue(type, access(i)));
  const misfits = values.flatMap(({ failed }, i) => (failed === undefined ? [] : [failed(`c${i}`)]));
  const list = [
    ...values.map(({ sql }, i) => `${sql} AS c${i}`),
    ...flagWords(types, access),
    misfits.length === 0 ? 'false' : misfits.join(' OR '),
  ];
  const returning = misfits.length === 0 ? '' : ' RETURNING misfit';
  return `INSERT INTO ${table} SELECT ${list.join(', ')} FROM ${from}${returning}`;
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
