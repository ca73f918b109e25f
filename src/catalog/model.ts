import type { HeadgateError } from '../base/errors/headgate-error.js';
import type { TableDescription } from '../dynamodb/table-description.js';
import type { ColumnType } from './column-type.js';
import type { Expiry } from './expiry.js';
import type { ValueStatistics } from './value-statistics.js';

/** A column of a table as SQL sees it. */
export interface Column {
  /** SQL name; differs from `attribute` only where two attribute names differ in case alone, or it would be `_item`. */
  readonly name: string;
  /** The attribute's own name, in its own case. */
  readonly attribute: string;
  readonly type: ColumnType;
  /** Where the type comes from. */
  readonly source: 'key' | 'sampled' | 'declared';
  /** Share of the sampled items that have the attribute, 0 to 1; undefined where nothing was sampled. */
  readonly presence: number | undefined;
  /** Of the sampled values that are text, numbers or binary; absent where there were none. */
  readonly statistics?: ValueStatistics;
  /** One phrase that explains the type, for example "N in 991 of 1000 items, up to 7 digits". */
  readonly reason: string;
}

/** How the columns were found. */
export interface Sample {
  readonly items: number;
  readonly averageItemBytes: number;
  readonly readUnits: number;
  /** ISO 8601. */
  readonly takenAt: string;
  /** True when every item of the table was in the sample. */
  readonly complete: boolean;
  /** On average; absent where the sample saw no partition to its end. */
  readonly itemsPerPartition?: number;
}

/** One table, as the planner and people see it. */
export interface CatalogTable {
  readonly schema: string;
  readonly name: string;
  readonly description: TableDescription;
  readonly columns: readonly Column[];
  /** Set where items that are expired are to be hidden. */
  readonly expiry?: Expiry | undefined;
  /** Undefined where sampling was not possible; `reason` of the columns then says so. */
  readonly sample: Sample | undefined;
  /** ISO 8601; when DescribeTable was asked. */
  readonly describedAt: string;
}

export interface SchemaTable {
  readonly schema: string;
  readonly table: string;
}

/** What the engine asks of the catalog. */
export interface Catalog {
  /** Names of the schemas that can be asked, as they are now. */
  readonly schemas: readonly string[];
  /** The error to throw for a schema that there is and that cannot be asked, by its name in any case of letters. */
  unavailable?(schema: string): HeadgateError | undefined;
  /**
   * Names of the tables of a schema, sorted; up to half a minute old, unless a `fresh` list is asked for.
   * Throws SCHEMA_NOT_FOUND and SCHEMA_NOT_ACTIVE.
   */
  listTables(schema: string, signal: AbortSignal, options?: { readonly fresh?: boolean }): Promise<readonly string[]>;
  /** One table by its exact name, described and sampled when not cached. Throws as `listTables`, and TABLE_NOT_FOUND. */
  table(name: SchemaTable, signal: AbortSignal): Promise<CatalogTable>;
}
