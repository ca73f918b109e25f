import type { Stub } from '../duckdb/planner-database.js';
import { quoteString } from '../parse/scan-sql.js';
import { withoutExpired } from '../resolve/expiry.js';
import type { Reference } from '../resolve/reference.js';

/** A reference as the optimizer sees it: its columns and a size, no rows. */
export interface StubTable {
  readonly key: string;
  readonly stub: Stub;
  /** What stands in the FROM clause. */
  readonly source: string;
}

export function stubTable(reference: Reference): StubTable {
  const { slot, columns } = reference;
  const key = `${slot}`;
  return {
    key,
    stub: { columns, rowCount: rowCountOf(reference) },
    source: withoutExpired(reference, `headgate_ref_${slot}(${quoteString(key)})`),
  };
}

function rowCountOf({ source }: Reference): number {
  return source.kind === 'table'
    ? Math.max(source.table.description.itemCount, source.table.sample?.items ?? 0)
    : source.rows.length;
}
