import { sqlTypeName } from '../../catalog/column-type.js';
import type { Column } from '../../catalog/model.js';
import type { TableReader } from '../../dynamodb/table-reader.js';
import type { Workspace } from '../duckdb/compute-database.js';
import type { Meter } from '../fetch/meter.js';
import { type Page, readPages } from '../fetch/read-pages.js';
import { quoteIdentifier, quoteString } from '../parse/scan-sql.js';
import type { AccessPath } from '../plan/paths/access-path.js';
import type { PlannedReference } from '../plan/plan-reference.js';
import type { Estimate } from '../plan/statement-plan.js';
import { displayName } from '../resolve/reference.js';
import type { ResultValue } from '../result.js';
import { canInline, INLINE_BYTES, inlinePage, noRows } from '../stage/inline-page.js';
import { StagedTable } from '../stage/stage-table.js';
import { stagedSource } from '../stage/staged-source.js';

export type Reader = TableReader;

export interface ReadContext {
  readonly workspace: Workspace;
  readonly readerOf: (schema: string) => Reader;
  readonly meter: Meter;
  /** Told after every page. */
  readonly onPage: (table: string) => void;
  readonly signal: AbortSignal;
  /** Told what a reading that was planned while the statement runs will take. Throws when that is too much. */
  readonly onEstimate: (estimate: Estimate) => void;
  /** The reference has been read before, and not all that is wanted was found. */
  readonly isSecond?: boolean;
}

/** A reference that has been read. */
export interface ReadReference {
  /** What stands for the reference in the FROM clause of the statement. */
  readonly source: string;
  readonly warnings: readonly string[];
  /** Columns whose numbers needed wider types than the catalog knew. */
  readonly widened: readonly Column[];
  /** Items that were read. */
  readonly items: number;
}

/**
 * Reads one reference along its access path, or along several that have no item in common. A few items become a temporary
 * table in one go, more are staged page by page as the table `ref_<slot>` of the workspace.
 */
export async function readReference(
  planned: PlannedReference,
  paths: AsyncIterable<AccessPath> | Iterable<AccessPath>,
  context: ReadContext,
): Promise<ReadReference> {
  const { columns, slot, source } = planned.reference;
  if (source.kind === 'catalog') return unread(await stageRows(context.workspace, `ref_${slot}`, columns, source.rows));
  const name = context.isSecond === true ? `ref_${slot}_again` : `ref_${slot}`;
  const items = new Items(planned, name, context.workspace);
  for await (const path of paths) {
    context.meter.begin(planned, path);
    const reader = context.readerOf(source.table.schema);
    for await (const page of readPages(path, source.table.description, { reader, signal: context.signal })) {
      context.meter.add(planned, page);
      context.onPage(planned.plan.table);
      if (page.itemCount > 0) await items.add(page);
    }
  }
  return items.settle();
}

/** The items of a reference on their way into DuckDB. */
class Items {
  private readonly waiting: Page[] = [];
  private waitingBytes: number;
  private staged: StagedTable | undefined;
  private count = 0;

  constructor(
    private readonly planned: PlannedReference,
    private readonly name: string,
    private readonly workspace: Workspace,
  ) {
    this.waitingBytes = canInline(planned.columns) ? 0 : Number.POSITIVE_INFINITY;
  }

  async add(page: Page): Promise<void> {
    this.count += page.itemCount;
    this.waiting.push(page);
    this.waitingBytes += page.items.length;
    if (this.waitingBytes <= INLINE_BYTES) return;
    this.staged ??= new StagedTable(this.workspace, this.name, this.planned.columns);
    for (const each of this.waiting.splice(0)) await this.staged.add(each);
  }

  async settle(): Promise<ReadReference> {
    const { reference, columns: fetched } = this.planned;
    const { columns } = reference;
    if (this.staged !== undefined) {
      await this.staged.finish();
      const outcome = await stagedSource(this.workspace, { columns, fetched, staged: this.staged });
      const warnings = await this.staged.warnings(displayName(reference), outcome.rounded);
      return { ...outcome, warnings, items: this.count };
    }
    if (this.waiting.length === 0) return unread(noRows(columns));
    const pages = this.waiting.map(({ items }) => items);
    const inline = inlinePage({ columns, fetched, displayName: displayName(reference) }, pages, '$1');
    // Not a parameter of the statement itself: DuckDB 1.5.6 loses a parameter when it copies the common table expression
    // around it, and fails to bind some long IN lists above an UNNEST.
    const table = `temp.main.${this.name}`;
    const create = await this.workspace.prepare(`CREATE TEMP TABLE ${table} AS SELECT * FROM ${inline.source}`);
    await create(inline.page);
    return { ...inline, source: table, items: this.count };
  }
}

function unread(source: string): ReadReference {
  return { source, warnings: [], widened: [], items: 0 };
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
