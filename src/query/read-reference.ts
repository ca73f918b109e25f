import { sqlTypeName } from '../catalog/column-type.js';
import type { Column } from '../catalog/model.js';
import type { TableReader } from '../dynamodb/table-reader.js';
import type { Workspace } from './duckdb/compute-database.js';
import type { Meter } from './fetch/meter.js';
import { readPages } from './fetch/read-pages.js';
import { quoteIdentifier, quoteString } from './parse/scan-sql.js';
import type { PlannedReference } from './plan/plan-references.js';
import { displayName } from './resolve/reference.js';
import type { ResultValue } from './result.js';
import { canInline, INLINE_BYTES, inlinePage, noRows } from './stage/inline-page.js';
import { StagedTable } from './stage/stage-table.js';
import { stagedSource } from './stage/staged-source.js';

export type Reader = TableReader;

export interface ReadContext {
  readonly workspace: Workspace;
  readonly readerOf: (schema: string) => Reader;
  readonly meter: Meter;
  /** Told after every page. */
  readonly onPage: (table: string) => void;
  readonly signal: AbortSignal;
}

/** A reference that has been read. */
export interface ReadReference {
  /** What stands for the reference in the FROM clause of the statement. */
  readonly source: string;
  readonly warnings: readonly string[];
  /** Columns whose numbers needed wider types than the catalog knew. */
  readonly widened: readonly Column[];
}

/**
 * Reads one reference along its access path. A few items become a temporary table in one go, more are staged page by page
 * as the table `ref_<slot>` of the workspace.
 */
export async function readReference(planned: PlannedReference, context: ReadContext): Promise<ReadReference> {
  const { reference, columns: fetched, path } = planned;
  const { columns, slot, source } = reference;
  if (source.kind === 'catalog')
    return unchanged(await stageRows(context.workspace, `ref_${slot}`, columns, source.rows));
  if (path.kind === 'none') return unchanged(noRows(columns));
  const waiting: Uint8Array[] = [];
  let waitingBytes = canInline(fetched) ? 0 : Number.POSITIVE_INFINITY;
  let staged: StagedTable | undefined;
  const reader = context.readerOf(source.table.schema);
  for await (const page of readPages(path, source.table.description, { reader, signal: context.signal })) {
    context.meter.add(planned, page);
    context.onPage(planned.plan.table);
    if (page.itemCount === 0) continue;
    waiting.push(page.items);
    waitingBytes += page.items.length;
    if (waitingBytes <= INLINE_BYTES) continue;
    staged ??= await StagedTable.create(context.workspace, `ref_${slot}`, fetched);
    for (const items of waiting.splice(0)) await staged.add(items);
  }
  const name = displayName(reference);
  if (staged !== undefined) {
    const outcome = await stagedSource(context.workspace, { columns, fetched, staged });
    return { ...outcome, warnings: await staged.warnings(name, outcome.rounded) };
  }
  if (waiting.length === 0) return unchanged(noRows(columns));
  const inline = inlinePage({ columns, fetched, displayName: name }, waiting, '$1');
  // Not a parameter of the statement itself: DuckDB 1.5.6 loses a parameter when it copies the common table expression
  // around it, and fails to bind some long IN lists above an UNNEST.
  const table = `temp.main.ref_${slot}`;
  const create = await context.workspace.prepare(`CREATE TEMP TABLE ${table} AS SELECT * FROM ${inline.source}`);
  await create(inline.page);
  return { ...inline, source: table };
}

function unchanged(source: string): ReadReference {
  return { source, warnings: [], widened: [] };
}

/** Rows that are there already, as a table. */
async function stageRows(
  workspace: Workspace,
  name: string,
  columns: readonly Column[],
  rows: readonly (readonly ResultValue[])[],
): Promise<string> {
  await workspace.attach();
  const table = `${workspace.name}.main.${name}`;
  await workspace.run(
    `CREATE TABLE ${table} (${columns.map((column) => `${quoteIdentifier(column.name)} ${sqlTypeName(column.type)}`).join(', ')})`,
  );
  for (let from = 0; from < rows.length; from += 1000) {
    const values = rows.slice(from, from + 1000).map((row) => `(${row.map(literal).join(', ')})`);
    await workspace.run(`INSERT INTO ${table} VALUES ${values.join(', ')}`);
  }
  return table;
}

function literal(value: ResultValue): string {
  return value === null ? 'NULL' : typeof value === 'string' ? quoteString(value) : String(value);
}
