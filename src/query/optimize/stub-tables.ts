import type { Stub } from '../duckdb/planner-database.js';
import { quoteIdentifier, quoteString } from '../parse/scan-sql.js';
import type { Reference } from '../resolve/reference.js';

/**
 * A reference as the optimizer sees it. DuckDB prints names in plans without quotes, so a name that could be misread (a
 * keyword, or anything but letters, digits and underscores) must not reach the plan: then the stub's columns are called
 * c0, c1, ... and a subquery gives them their names. That subquery would hide the filter that a lateral UNNEST leaves
 * above a window: in a statement with UNNEST the names stay as they are, and what mentions a doubtful one is not trusted.
 */
export interface StubTable {
  readonly reference: Reference;
  readonly key: string;
  readonly stub: Stub;
  /** What stands in the FROM clause. */
  readonly source: string;
  /** The name that plans print for each column, in lower case. */
  readonly planNames: readonly string[];
  /** Names, in lower case, that make an expression of the plan ambiguous when it contains them. */
  readonly doubtful: readonly string[];
}

export function stubTable(
  reference: Reference,
  { reservedWords, keepNames }: { readonly reservedWords: ReadonlySet<string>; readonly keepNames: boolean },
): StubTable {
  const { slot, columns, found } = reference;
  const key = `${slot}`;
  const doubtful = columns.flatMap(({ name }) => (isPlain(name, reservedWords) ? [] : [name.toLowerCase()]));
  const direct = !found.renamesColumns && (doubtful.length === 0 || keepNames);
  const names = direct ? columns.map(({ name }) => name) : columns.map((_, i) => `c${i}`);
  const call = `headgate_ref_${slot}(${quoteString(key)})`;
  const renamed = columns.map(({ name }, i) => `c${i} AS ${quoteIdentifier(name)}`).join(', ');
  return {
    reference,
    key,
    stub: { columns: columns.map(({ type }, i) => ({ name: names[i] ?? '', type })), rowCount: rowCountOf(reference) },
    source: direct ? call : `(SELECT ${renamed} FROM ${call})`,
    planNames: names.map((name) => name.toLowerCase()),
    doubtful: direct ? doubtful : [],
  };
}

function isPlain(name: string, reservedWords: ReadonlySet<string>): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !reservedWords.has(name.toLowerCase());
}

function rowCountOf({ source }: Reference): number {
  return source.kind === 'table'
    ? Math.max(source.table.description.itemCount, source.table.sample?.items ?? 0)
    : source.rows.length;
}
