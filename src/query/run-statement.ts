import { HeadgateError } from '../base/errors/headgate-error.js';
import type { Column } from '../catalog/model.js';
import type { Workspace } from './duckdb/compute-database.js';
import { wrapDuckdbError } from './duckdb/duckdb-error.js';
import type { Meter } from './fetch/meter.js';
import type { EditedText } from './parse/edited-text.js';
import type { PlannedStatement } from './plan-statement.js';
import { type Reader, readReference } from './read-reference.js';
import { rewriteText } from './resolve/rewrite-text.js';
import type { ResultColumn, RowBatch } from './result.js';

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
  const parameters: Uint8Array[] = [];
  const { text, ...read } = await readReferences(statement, context, parameters);
  const { columns, batches } = await atPosition(text, () => context.workspace.stream(text.text, parameters));
  return { columns, batches: positioned(batches, text), ...read };
}

/** The same, but the rows go to a Parquet file; returns their number. */
export async function runToParquet(
  statement: PlannedStatement,
  path: string,
  context: RunContext,
): Promise<Pick<RunningStatement, 'warnings' | 'widened'> & { readonly rows: number }> {
  // COPY takes no parameters.
  const { text, ...read } = await readReferences(statement, context, undefined);
  const prefix = 'COPY (';
  const query = text.text.replace(/[\s;]+$/, '');
  const copied = await atPosition(
    text,
    () => context.workspace.rows(`${prefix}${query}\n) TO '${path.replaceAll("'", "''")}' (FORMAT parquet)`),
    prefix.length,
  );
  return { ...read, rows: Number(copied[0]?.[0] ?? 0) };
}

async function readReferences(statement: PlannedStatement, context: RunContext, parameters: Uint8Array[] | undefined) {
  const sources: string[] = [];
  const warnings: string[] = [];
  const widened: WidenedColumns[] = [];
  for (const planned of statement.references) {
    context.signal.throwIfAborted();
    const read = await readReference(planned, context, parameters);
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

async function* positioned(batches: AsyncGenerator<RowBatch>, text: EditedText): AsyncGenerator<RowBatch> {
  try {
    yield* batches;
  } catch (error) {
    throw wrapDuckdbError(error, (offset) => text.position(offset));
  }
}
