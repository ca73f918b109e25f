import { HeadgateError } from '../base/errors/headgate-error.js';
import type { Column } from '../catalog/model.js';
import { runDirect } from './direct/run-direct.js';
import { BrokenStreamError, type Workspace } from './duckdb/compute-database.js';
import { wrapDuckdbError } from './duckdb/duckdb-error.js';
import type { Meter } from './fetch/meter.js';
import { readPages } from './fetch/read-pages.js';
import { bareQuery, parquetCopy } from './parquet-copy.js';
import type { EditedText } from './parse/edited-text.js';
import type { PlannedReference } from './plan/plan-references.js';
import type { PlannedStatement } from './plan-statement.js';
import { type Reader, readReference } from './read-reference.js';
import { rewriteText } from './resolve/rewrite-text.js';
import type { ResultColumn, ResultType, RowBatch } from './result.js';

/** A statement that has been read into DuckDB and is giving its rows. */
export interface RunningStatement {
  readonly columns: readonly ResultColumn[];
  readonly batches: AsyncIterable<RowBatch>;
  readonly warnings: readonly string[];
  /** Columns whose numbers needed wider types than the catalog knew. */
  readonly widened: readonly WidenedColumns[];
}

export interface WidenedColumns {
  readonly slot: number;
  readonly columns: readonly Column[];
}

export interface RunContext {
  readonly workspace: Workspace;
  readonly readerOf: (schema: string) => Reader;
  readonly meter: Meter;
  readonly onPage: (table: string) => void;
  readonly signal: AbortSignal;
}

/** Fetch and stage every reference, then execute the statement over what was read. */
export async function runStatement(statement: PlannedStatement, context: RunContext): Promise<RunningStatement> {
  const [first] = statement.references;
  if (statement.direct !== undefined && first !== undefined) {
    const { widened, ...rest } = await runDirect(statement.direct, first, context);
    return { ...rest, widened: widened.length === 0 ? [] : [{ slot: 0, columns: widened }] };
  }
  if (statement.countColumn !== undefined && first !== undefined) {
    return countItems(statement.countColumn, first, context);
  }
  const { text, ...read } = await readReferences(statement, context);
  const { workspace } = context;
  const { columns, batches } = await atPosition(text, () => workspace.stream(text.text));
  return { columns, batches: rowsOf(batches, text, () => workspace.runForErrors(text.text)), ...read };
}

/** The same, but the rows go to a Parquet file; returns their number. */
export async function runToParquet(
  statement: PlannedStatement,
  path: string,
  context: RunContext,
): Promise<Pick<RunningStatement, 'warnings' | 'widened'> & { readonly rows: number }> {
  const { text, ...read } = await readReferences(statement, context);
  const { workspace } = context;
  const query = bareQuery(text.bytes);
  const columns = await atPosition(text, () => workspace.columns(query));
  const { before, after } = parquetCopy(columns, path);
  const copied = await atPosition(text, () => workspace.rows(before + query + after), Buffer.byteLength(before));
  return { ...read, rows: Number(copied[0]?.[0] ?? 0) };
}

/** The answer to `SELECT count(*)` when DynamoDB does the counting. */
async function countItems(name: string, planned: PlannedReference, context: RunContext): Promise<RunningStatement> {
  const { source } = planned.reference;
  if (source.kind !== 'table') throw new TypeError('only items can be counted');
  const { schema, description } = source.table;
  let count = 0n;
  for await (const page of readPages(planned.path, description, {
    reader: context.readerOf(schema),
    signal: context.signal,
  })) {
    context.meter.add(planned, page);
    context.onPage(planned.plan.table);
    count += BigInt(page.itemCount);
  }
  const type: ResultType = { kind: 'integer', bits: 64, signed: true, sql: 'BIGINT' };
  return { columns: [{ name, type }], batches: once([[count]]), warnings: [], widened: [] };
}

async function* once(rows: RowBatch): AsyncGenerator<RowBatch> {
  yield rows;
}

async function readReferences(statement: PlannedStatement, context: RunContext) {
  const sources: string[] = [];
  const warnings: string[] = [];
  const widened: WidenedColumns[] = [];
  for (const planned of statement.references) {
    context.signal.throwIfAborted();
    const read = await readReference(planned, context);
    sources.push(read.source);
    warnings.push(...read.warnings);
    if (read.widened.length > 0) widened.push({ slot: planned.reference.slot, columns: read.widened });
  }
  const references = statement.references.map(({ reference }) => reference);
  const text = rewriteText(statement.text, statement.names, references, ({ slot }) => sources[slot] ?? '');
  return { text, warnings, widened };
}

async function atPosition<T>(text: EditedText, work: () => Promise<T>, prefixBytes = 0): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof HeadgateError
      ? error
      : wrapDuckdbError(error, (offset) => text.position(Math.max(0, offset - prefixBytes)));
  }
}

/** The rows of a stream; when it breaks in the middle, the statement is run once more without rows, for the reason. */
async function* rowsOf(
  batches: AsyncGenerator<RowBatch>,
  text: EditedText,
  runForErrors: () => Promise<void>,
): AsyncGenerator<RowBatch> {
  try {
    yield* batches;
  } catch (error) {
    if (!(error instanceof BrokenStreamError)) throw wrapDuckdbError(error, (offset) => text.position(offset));
    await atPosition(text, runForErrors, 'EXPLAIN ANALYZE '.length);
    throw new HeadgateError('SQL_EXECUTION', error.message, {
      detail: 'It did not fail when it was run again, so the reason is not known.',
      hint: 'Run it again.',
      cause: error,
    });
  }
}
