import type { Stub } from '../duckdb/planner-database.js';
import { quoteIdentifier, quoteString } from '../parse/scan-sql.js';
import type { Reference } from '../resolve/reference.js';

/**
 * A reference as the optimizer sees it. Plans print names without quotes, and now and then an alias of the statement in
 * place of a column's own name. So the stub's columns have names that are nowhere in the statement, and a subquery gives
 * them the names that the statement knows: what a plan calls by a stub's name is that column and nothing else.
 */
export interface StubTable {
  readonly reference: Reference;
  readonly key: string;
  readonly stub: Stub;
  /** What stands in the FROM clause. */
  readonly source: string;
  /** The name that plans print for each column, in lower case. */
  readonly planNames: readonly string[];
}

/** `prefix` is from `unusedPrefix`. */
export function stubTable(reference: Reference, prefix: string): StubTable {
  const { slot, columns } = reference;
  const key = `${slot}`;
  const planNames = columns.map((_, i) => `${prefix}${slot}_${i}`);
  const renamed = columns.map(({ name }, i) => `${planNames[i]} AS ${quoteIdentifier(name)}`).join(', ');
  return {
    reference,
    key,
    stub: {
      columns: columns.map(({ type }, i) => ({ name: planNames[i] ?? '', type })),
      rowCount: rowCountOf(reference),
    },
    source: `(SELECT ${renamed} FROM headgate_ref_${slot}(${quoteString(key)}))`,
    planNames,
  };
}

/** The beginning of a name that neither the statement nor a column has, in lower case. */
export function unusedPrefix(statement: string, references: readonly Reference[]): string {
  const used = [statement, ...references.flatMap(({ columns }) => columns.map(({ name }) => name))]
    .join(' ')
    .toLowerCase();
  let prefix = 'column';
  while (used.includes(prefix)) prefix += '_';
  return prefix;
}

function rowCountOf({ source }: Reference): number {
  return source.kind === 'table'
    ? Math.max(source.table.description.itemCount, source.table.sample?.items ?? 0)
    : source.rows.length;
}
