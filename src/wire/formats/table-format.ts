import { setImmediate } from 'node:timers/promises';
import type { ResultColumn, ResultValue, RowBatch } from '../../query/result.js';
import { fitWidth } from './display-width.js';
import { rowChunks } from './row-chunks.js';
import type { FormatOptions } from './row-format.js';
import { type TableColumn, type TableLayout, tableLayout } from './table-layout.js';
import { textWriter } from './value-text.js';
import { visibleText } from './visible-text.js';
import { workClock } from './work-clock.js';

/** How many rows decide the widths. */
const SAMPLE_ROWS = 1000;

type Cells = readonly string[];

/** What stands before, for and after the rows. */
interface Drawing {
  readonly top: string;
  readonly row: (cells: Cells) => string;
  readonly bottom: string;
}

/**
 * A table for people, at most `width` wide: the first 1000 rows decide the widths, the rest streams. Where no sensible
 * table fits, every row becomes a block of `column: value` lines with nothing cut. Control characters are made visible.
 */
export async function* tableRows(
  columns: readonly ResultColumn[],
  batches: AsyncIterable<RowBatch>,
  options: FormatOptions,
): AsyncGenerator<string> {
  const shownColumns = columns.map((column) => ({ ...column, name: visibleText(column.name) }));
  const cellsOf = cellMaker(columns);
  const sample: Cells[] = [];
  let drawing: Drawing | undefined;
  for await (const batch of batches) {
    if (drawing !== undefined) {
      const { row } = drawing;
      yield* rowChunks(batch, (values) => row(cellsOf(values)));
      continue;
    }
    await collect(batch, cellsOf, sample);
    if (sample.length < SAMPLE_ROWS) continue;
    drawing = draw(shownColumns, sample, options);
    yield* begin(drawing, sample);
  }
  if (drawing === undefined) {
    drawing = draw(shownColumns, sample, options);
    yield* begin(drawing, sample);
  }
  if (drawing.bottom !== '') yield drawing.bottom;
}

function cellMaker(columns: readonly ResultColumn[]): (values: readonly ResultValue[]) => Cells {
  const writers = columns.map((column) => textWriter(column.type));
  return (values) =>
    writers.map((write, index) => {
      const text = write(values[index] ?? null);
      return text === null ? 'NULL' : visibleText(text);
    });
}

async function collect(batch: RowBatch, cellsOf: (values: readonly ResultValue[]) => Cells, into: Cells[]) {
  let isTimeUp = workClock();
  for (const values of batch) {
    into.push(cellsOf(values));
    if (!isTimeUp()) continue;
    await setImmediate();
    isTimeUp = workClock();
  }
}

function* begin(drawing: Drawing, sample: readonly Cells[]): Generator<string> {
  if (drawing.top !== '') yield drawing.top;
  yield* rowChunks(sample, drawing.row);
}

function draw(columns: readonly ResultColumn[], sample: readonly Cells[], options: FormatOptions): Drawing {
  const layout = tableLayout(columns, sample, options.width ?? Number.POSITIVE_INFINITY);
  return layout === undefined ? blocks(columns) : grid(layout);
}

function grid({ columns, spare }: TableLayout): Drawing {
  const line = (left: string, middle: string, right: string): string =>
    `${left}${columns.map((column) => '─'.repeat(column.width + 2)).join(middle)}${right}\n`;
  const row = (cells: Cells): string => `│ ${paddedCells(cells, columns, spare).join(' │ ')} │\n`;
  const names = columns.map((column) => fitWidth(column.name, column.width).text);
  return { top: line('┌', '┬', '┐') + row(names) + line('├', '┼', '┤'), row, bottom: line('└', '┴', '┘') };
}

/** The cells of one row, each as wide as its column, or wider while the row has room beside the table. */
function paddedCells(cells: Cells, columns: readonly TableColumn[], spare: number): string[] {
  let room = spare;
  return columns.map((column, index) => {
    const limit = column.isNeverCut ? Number.POSITIVE_INFINITY : column.width + room;
    const { text, width } = fitWidth(cells[index] ?? '', limit);
    room = Math.max(0, room - Math.max(0, width - column.width));
    const padding = ' '.repeat(Math.max(0, column.width - width));
    return column.isRightAligned ? padding + text : text + padding;
  });
}

function blocks(columns: readonly ResultColumn[]): Drawing {
  let number = 0;
  const row = (cells: Cells): string => {
    number++;
    const lines = columns.map((column, index) => `${column.name}: ${cells[index] ?? ''}\n`);
    return `── row ${number} ──\n${lines.join('')}`;
  };
  return { top: '', row, bottom: '' };
}
