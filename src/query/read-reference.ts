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
import { StagedTable } from './stage/stage-table.js';
import { createView } from './stage/staged-view.js';

export type Reader = TableReader;

export interface ReadContext {
  readonly workspace: Workspace;
  readonly readerOf: (schema: string) => Reader;
  readonly meter: Meter;
  /** Told after every page. */
  readonly onPage: (table: string) => void;
  readonly signal: AbortSignal;
}

/** Reads one reference along its access path into the table `ref_<slot>` of the workspace. */
export async function readReference(
  planned: PlannedReference,
  context: ReadContext,
): Promise<{ readonly warnings: readonly string[]; readonly widened: readonly Column[] }> {
  const { reference, columns, path } = planned;
  const { workspace, signal } = context;
  const name = `ref_${reference.slot}`;
  if (reference.source.kind === 'catalog') {
    await stageRows(workspace, name, reference.columns, reference.source.rows);
    return { warnings: [], widened: [] };
  }
  const { table } = reference.source;
  const staged = await StagedTable.create(workspace, name, columns);
  const source = { reader: context.readerOf(table.schema), signal };
  for await (const page of readPages(path, table.description, source)) {
    context.meter.add(planned, page);
    context.onPage(planned.plan.table);
    if (page.itemCount > 0) await staged.add(page.items);
  }
  const widened = await createView(workspace, name, { columns: reference.columns, fetched: columns, staged });
  return { warnings: await staged.warnings(displayName(reference)), widened };
}

/** Rows that are there already, as a table. */
async function stageRows(
  workspace: Workspace,
  name: string,
  columns: readonly Column[],
  rows: readonly (readonly ResultValue[])[],
): Promise<void> {
  const table = `${workspace.name}.main.${name}`;
  await workspace.run(
    `CREATE TABLE ${table} (${columns.map((column) => `${quoteIdentifier(column.name)} ${sqlTypeName(column.type)}`).join(', ')})`,
  );
  for (let from = 0; from < rows.length; from += 1000) {
    const values = rows.slice(from, from + 1000).map((row) => `(${row.map(literal).join(', ')})`);
    await workspace.run(`INSERT INTO ${table} VALUES ${values.join(', ')}`);
  }
}

function literal(value: ResultValue): string {
  return value === null ? 'NULL' : typeof value === 'string' ? quoteString(value) : String(value);
}
