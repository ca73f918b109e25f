import { Readable } from 'node:stream';
import type { ResultColumn, RowBatch } from '../../../query/result.js';
import { writeRows } from '../../formats/write-rows.js';
import { choiceOption } from '../choice-option.js';
import { writeText } from '../output.js';
import type { OutputStream } from '../terminal.js';

export type RecordFormat = 'table' | 'json';

/** `--format`, for commands that list records. */
export function recordFormatOption() {
  return choiceOption('--format <format>', 'table unless json; one of', ['table', 'json']);
}

/** Writes records as a table of texts, or as the JSON that the API gave. `columns`: title to text of a record. */
export async function writeRecords<Item>(
  items: readonly Item[],
  columns: Readonly<Record<string, (item: Item) => string>>,
  { format = 'table', stdout }: { readonly format?: RecordFormat | undefined; readonly stdout: OutputStream },
): Promise<void> {
  if (format === 'json') {
    await writeText(stdout, `${JSON.stringify(items, null, 2)}\n`);
    return;
  }
  const titles: ResultColumn[] = Object.keys(columns).map((name) => ({ name, type: { kind: 'text', sql: 'VARCHAR' } }));
  const rows: RowBatch = items.map((item) => Object.values(columns).map((textOf) => textOf(item)));
  const width = stdout.isTTY === true ? stdout.columns : undefined;
  await writeRows('table', titles, Readable.from([rows]), stdout, width === undefined ? {} : { width });
}
