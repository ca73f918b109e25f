import { setImmediate } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import type { ResultColumn, ResultValue } from '../../../query/result.js';
import type { ResultPage } from '../../../results/open-result-store.js';
import { jsonObjectWriter, jsonWriter } from '../../formats/json-value.js';
import { rowChunks } from '../../formats/row-chunks.js';
import { uniqueNames } from '../../formats/unique-names.js';
import type { Executed, QueryOptions } from '../contract/query.js';
import { capacityOf } from './capacity.js';

type PageOptions = Pick<QueryOptions, 'responseType' | 'numbers'>;

/** Sends a page in the envelope. Its rows are written as text, because no JavaScript number holds what they may hold. */
export async function sendPage(page: ResultPage, options: PageOptions, reply: FastifyReply): Promise<void> {
  const { head, tail } = partsOf(page, options);
  const rows = await rowsText(page, options);
  const data = `${JSON.stringify(head).slice(0, -1)},"data":[${rows}],${JSON.stringify(tail).slice(1)}`;
  reply.header('x-query-id', page.queryId).type('application/json; charset=utf-8');
  void reply.send(`{"success":true,"data":${data}}`);
}

/** What stands before the rows, and what stands behind them. */
function partsOf(page: ResultPage, { responseType }: PageOptions) {
  const { columns, firstRow, nextRow, rowCount, queryId, plan, summary } = page;
  const names = columns.map(({ name }) => name);
  const members = responseType === 'object' ? uniqueNames(names) : names;
  const head = { columns: members, columnTypes: columns.map(({ type }) => type.sql) };
  const tail = {
    firstRowIdx: firstRow,
    ...(nextRow === undefined ? {} : { resumeIdx: nextRow }),
    queryId,
    ...(rowCount === undefined ? {} : { rowCount }),
    planTime: summary.planMs,
    execTime: summary.planMs + summary.executionMs,
    capacity: capacityOf(summary),
    warnings: [...plan.warnings, ...summary.warnings, ...renamings(names, members)],
  };
  return { head, tail } satisfies { head: Partial<Executed>; tail: Partial<Executed> };
}

/** An object has no two members of one name, so later columns of the name of an earlier one get another. */
function renamings(names: readonly string[], members: readonly string[]): string[] {
  const changed = members.filter((member, i) => member !== names[i]);
  if (changed.length === 0) return [];
  return [`several columns have the same name; the later ones are called ${changed.join(', ')} here`];
}

/** The rows with commas between them, made in stretches, so that a large page does not hold up everybody else. */
async function rowsText({ columns, rows }: ResultPage, options: PageOptions): Promise<string> {
  const write = rowWriter(columns, options);
  let text = '';
  for (const chunk of rowChunks(rows, (row) => `${write(row)},`)) {
    text += chunk;
    await setImmediate();
  }
  return text.slice(0, -1);
}

function rowWriter(
  columns: readonly ResultColumn[],
  { responseType, numbers }: PageOptions,
): (row: readonly ResultValue[]) => string {
  if (responseType === 'object') return jsonObjectWriter(columns, numbers);
  const writers = columns.map(({ type }) => jsonWriter(type, numbers));
  return (row) => `[${writers.map((write, i) => write(row[i] ?? null)).join(',')}]`;
}
