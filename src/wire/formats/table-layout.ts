import type { ResultColumn, ResultType } from '../../query/result.js';
import { fitWidth } from './display-width.js';

export interface TableColumn {
  /** As it may be shown. */
  readonly name: string;
  readonly isRightAligned: boolean;
  /** Whether its cells are shown whole even when they are wider than the column. */
  readonly isNeverCut: boolean;
  /** Terminal columns that its cells are padded to. */
  readonly width: number;
}

export interface TableLayout {
  readonly columns: readonly TableColumn[];
  /** Terminal columns beside the table, into which a row of wider cells than the sample's may stick out. */
  readonly spare: number;
}

/** A cut name or text keeps at least this many terminal columns. */
const LEAST_WIDTH = 10;

/**
 * Widths for a table of these cells that is at most `width` wide. The widest texts are cut first; numbers, dates and
 * booleans are never cut, for a number with fewer digits is a wrong number. Undefined when the table cannot fit.
 */
export function tableLayout(
  columns: readonly ResultColumn[],
  cells: readonly (readonly string[])[],
  width: number,
): TableLayout | undefined {
  const wishes = columns.map((column, index) => columnWish(column, width, cellsOf(cells, index)));
  const room = width - frameWidth(columns.length);
  const cap = largestCap(wishes, room);
  if (cap === undefined) return undefined;
  let spare = room - sum(wishes.map((wish) => cappedWidth(wish, cap)));
  const laidOut = columns.map(({ name, type }, index) => {
    const wish = wishes[index] ?? { least: 1, most: 1 };
    const capped = cappedWidth(wish, cap);
    // What dividing the room left over goes to the columns that were cut.
    const extra = capped < wish.most && spare > 0 ? 1 : 0;
    spare -= extra;
    return { name, isRightAligned: isNumeric(type), isNeverCut: isNeverCut(type), width: capped + extra };
  });
  return { columns: laidOut, spare };
}

/** The narrowest and the widest that a column can sensibly be. */
interface ColumnWish {
  readonly least: number;
  readonly most: number;
}

function columnWish(column: ResultColumn, width: number, cells: Iterable<string>): ColumnWish {
  const name = fitWidth(column.name, width).width;
  let values = 0;
  for (const cell of cells) values = Math.max(values, fitWidth(cell, width).width);
  const most = Math.max(1, name, values);
  const least = Math.min(most, LEAST_WIDTH);
  return { most, least: isNeverCut(column.type) ? Math.max(values, least) : least };
}

function* cellsOf(rows: readonly (readonly string[])[], index: number): Generator<string> {
  for (const row of rows) yield row[index] ?? '';
}

/** The largest width that columns may be capped to so that all fit into the room; undefined when even the least do not. */
function largestCap(wishes: readonly ColumnWish[], room: number): number | undefined {
  const fits = (cap: number): boolean => sum(wishes.map((wish) => cappedWidth(wish, cap))) <= room;
  let high = Math.max(1, ...wishes.map((wish) => wish.most));
  if (fits(high)) return high;
  if (!fits(0)) return undefined;
  let low = 0;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}

function cappedWidth(wish: ColumnWish, cap: number): number {
  return Math.min(wish.most, Math.max(wish.least, cap));
}

/** A line before every column and one at the end, and a space on either side of each cell. */
function frameWidth(columns: number): number {
  return 3 * columns + 1;
}

function isNumeric(type: ResultType): boolean {
  return type.kind === 'integer' || type.kind === 'decimal' || type.kind === 'float';
}

function isNeverCut(type: ResultType): boolean {
  return isNumeric(type) || type.kind === 'temporal' || type.kind === 'boolean';
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
