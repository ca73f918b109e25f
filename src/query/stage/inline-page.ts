import type { ColumnType } from '../../catalog/column-type.js';
import type { Column } from '../../catalog/model.js';
import { attributeOf } from '../../dynamodb/attribute-value.js';
import { pageRows, selectList } from './page-rows.js';
import { smallPlainPage } from './plain-page.js';
import { isMisread, isRounded, readWarnings } from './read-warnings.js';
import { canonicalJson, hasCanonicalNumbers, itemsOf, widenFor } from './widen-page.js';

/** Bytes of items up to which a reference is not staged: they are the parameter of the statement itself. */
export const INLINE_BYTES = 64 * 1024;

export interface InlinePage {
  /** What stands in the statement's FROM clause. */
  readonly source: string;
  /** The value of `parameter`. */
  readonly page: Uint8Array;
  readonly warnings: readonly string[];
  /** Columns that needed wider number types. */
  readonly widened: readonly Column[];
}

/** Whether the columns can be read without staging: a declared DATE and its like are parsed, which only DuckDB can count. */
export function canInline(columns: readonly Column[]): boolean {
  return columns.every(({ type }) => !isParsedText(type));
}

/** A few items as a subquery over one parameter. Small enough to look at here, so types and warnings are settled first. */
export function inlinePage(
  reference: { readonly columns: readonly Column[]; readonly fetched: readonly Column[]; readonly displayName: string },
  pages: readonly Uint8Array[],
  parameter: string,
): InlinePage {
  const joined = joinPages(pages);
  const items = itemsOf(joined);
  const { columns, fetched, displayName } = reference;
  const types = fetched.map((column) =>
    widenFor(
      column.type,
      items.map((item) => attributeOf(item, column.attribute)),
    ),
  );
  const rows = pageRows(fetched, types, parameter);
  const list = selectList(columns, (column) => {
    const at = fetched.indexOf(column);
    return at < 0 ? undefined : { sql: rows.values[at] ?? 'NULL', type: types[at] ?? column.type };
  });
  return {
    source: `(SELECT ${list} FROM ${rows.from}${refuseMisfits(rows.misfit)})`,
    page: smallPlainPage(items.every(hasCanonicalNumbers) ? joined : Buffer.from(canonicalJson(items)), fetched),
    warnings: fetched.flatMap((column, i) => {
      const values = items.map((item) => attributeOf(item, column.attribute));
      const type = types[i] ?? column.type;
      return readWarnings(displayName, column, {
        others: values.filter((value) => isMisread(type, value)).length,
        rounded: values.filter((value) => isRounded(type, value)).length,
      });
    }),
    widened: fetched.flatMap((column, i) => {
      const type = types[i];
      return type === undefined || type === column.type ? [] : [{ ...column, type }];
    }),
  };
}

/** The types fit all numbers; if they did not, that must not pass in silence. */
function refuseMisfits(misfit: string | undefined): string {
  return misfit === undefined ? '' : ` WHERE CASE WHEN ${misfit} THEN error('a number does not fit') ELSE true END`;
}

/** A reference without any row. */
export function noRows(columns: readonly Column[]): string {
  return `(SELECT ${selectList(columns, () => undefined)} WHERE false)`;
}

/** One JSON array of the items of several. */
function joinPages(pages: readonly Uint8Array[]): Uint8Array {
  const [only, ...others] = pages;
  if (only !== undefined && others.length === 0) return only;
  const inner = pages
    .map((page) => Buffer.from(page).toString('utf8').trim().slice(1, -1).trim())
    .filter((text) => text !== '');
  return Buffer.from(`[${inner.join(',')}]`, 'utf8');
}

function isParsedText(type: ColumnType): boolean {
  switch (type.kind) {
    case 'string':
      return type.as !== 'text';
    case 'list':
      return isParsedText(type.element);
    case 'struct':
      return type.fields.some((field) => isParsedText(field.type));
    default:
      return false;
  }
}
