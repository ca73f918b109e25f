import { HeadgateError } from '../base/errors/headgate-error.js';
import type { Column } from '../catalog/model.js';
import { runDirect } from './direct/run-direct.js';
import { BrokenStreamError, type Workspace } from './duckdb/compute-database.js';
import { wrapDuckdbError } from './duckdb/duckdb-error.js';
import { readPages } from './fetch/read-pages.js';
import { bareQuery, parquetCopy } from './parquet-copy.js';
import type { EditedText } from './parse/edited-text.js';
import type { PlannedReference } from './plan/plan-reference.js';
import type { PlannedStatement } from './plan-statement.js';
import type { ReadContext } from './read/read-reference.js';
import { readReferences } from './read/read-references.js';
import { withoutExpired } from './resolve/expiry.js';
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

export interface RunContext extends Omit<ReadContext, 'workspace'> {
  /** The statement's own connection to DuckDB, for what DynamoDB does not answer alone; the same one each time. */
  readonly openWorkspace: () => Promise<Workspace>;
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
  const workspace = await context.openWorkspace();
  const { text, ...read } = await readAll(statement, { ...context, workspace });
  const { columns, batches } = await atPosition(text, () => workspace.stream(text.text));
  return {
    columns: named(columns, statement),
    batches: rowsOf(batches, text, () => workspace.runForErrors(text.text)),
    ...read,
  };
}

/** The same, but the rows go to a Parquet file; returns their number. */
export async function runToParquet(
  statement: PlannedStatement,
  path: string,
  context: RunContext,
): Promise<Pick<RunningStatement, 'warnings' | 'widened'> & { readonly rows: number }> {
  const workspace = await context.openWorkspace();
  const { text, ...read } = await readAll(statement, { ...context, workspace });
  const query = bareQuery(text.bytes);
  const columns = named(await atPosition(text, () => workspace.columns(query)), statement);
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
  context.meter.begin(planned, planned.path);
  for await (const page of readPages(planned.path, description, {
    reader: context.readerOf(schema),
    signal: context.signal,
  })) {
    context.meter.add(planned, page);
    context.onPage(planned.plan.table);
    count += BigInt(page.itemCount);
  }
  const type: ResultType = { kind: 'integer', bits: 64, signed: true, sql: 'BIGINT' };
  return { columns: [{ name, type }], batches: once([[count]]), warnings: referenceWarnings([planned]), widened: [] };
}

/** What is to be said of the tables, whatever was read of them. */
function referenceWarnings(references: readonly PlannedReference[]): string[] {
  return references.flatMap(({ reference }) => reference.warnings ?? []);
}

async function* once(rows: RowBatch): AsyncGenerator<RowBatch> {
  yield rows;
}

async function readAll({ references, options, text, names }: PlannedStatement, context: ReadContext) {
  const reads = await readReferences(references, options, context);
  return {
    text: rewriteText(
      text,
      names,
      references.map(({ reference }) => reference),
      (reference) => withoutExpired(reference, reads[reference.slot]?.source ?? ''),
    ),
    warnings: [...referenceWarnings(references), ...reads.flatMap(({ warnings }) => warnings)],
    widened: reads.flatMap(({ widened }, slot) => (widened.length === 0 ? [] : [{ slot, columns: widened }])),
  };
}

function named(columns: readonly ResultColumn[], { columnNames }: PlannedStatement): readonly ResultColumn[] {
  return columnNames === undefined
    ? columns
    : columns.map((column, i) => ({ ...column, name: columnNames[i] ?? column.name }));
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
