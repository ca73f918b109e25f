import type { CatalogTable, Column } from '../../catalog/model.js';
import type { ResultValue } from '../result.js';
import type { ReferenceExpiry } from './expiry.js';
import type { FoundTable } from './find-tables.js';

/** One table reference of a statement: each mention is read on its own, because each has its own predicates. */
export interface Reference {
  /** 0-based, in the order of the text. */
  readonly slot: number;
  readonly found: FoundTable;
  /** The name by which the statement speaks of it. */
  readonly alias: string;
  readonly source: ReferenceSource;
  /** Columns that can be read: those of the catalog, `_item` where it is asked for, and that of `expiry`. */
  readonly columns: readonly Column[];
  /** Which items are hidden, because their time to live has passed. */
  readonly expiry?: ReferenceExpiry | undefined;
  /** What is to be said to whoever runs the statement. */
  readonly warnings?: readonly string[];
}

export type ReferenceSource =
  | { readonly kind: 'table'; readonly table: CatalogTable }
  /** A table of information_schema: its rows come from the catalog, not from DynamoDB. */
  | { readonly kind: 'catalog'; readonly name: string; readonly rows: readonly (readonly ResultValue[])[] };

/** The hidden column with the whole item as plain JSON. */
export const ITEM_COLUMN: Column = {
  name: '_item',
  attribute: '_item',
  type: { kind: 'json' },
  source: 'declared',
  presence: 1,
  reason: 'the whole item as JSON',
};

/** `schema.table`, for people. */
export function displayName(reference: Reference): string {
  return reference.source.kind === 'table'
    ? `${reference.source.table.schema}.${reference.source.table.name}`
    : `information_schema.${reference.source.name}`;
}
