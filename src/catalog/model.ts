import type { ColumnType } from './column-type.js';

/** A key attribute; its type is fixed by DescribeTable, so it is always right. */
export interface KeyAttribute {
  readonly name: string;
  readonly type: 'S' | 'N' | 'B';
}

/** The facts of DescribeTable, in the catalog's own words. Sizes and counts are refreshed by AWS about every six hours. */
export interface TableDescription {
  readonly name: string;
  readonly arn: string | undefined;
  /** ACTIVE, CREATING, UPDATING, DELETING, ... as AWS says it. */
  readonly status: string;
  readonly partitionKey: KeyAttribute;
  readonly sortKey: KeyAttribute | undefined;
  readonly indexes: readonly IndexDescription[];
  readonly itemCount: number;
  readonly sizeBytes: number;
  readonly billing: Billing;
  /** Units per second that the table can serve at once, where DescribeTable tells. */
  readonly warmReadUnits: number | undefined;
  readonly tableClass: 'STANDARD' | 'STANDARD_INFREQUENT_ACCESS';
}

export type Billing =
  | { readonly mode: 'on-demand'; readonly maxReadUnits: number | undefined }
  | { readonly mode: 'provisioned'; readonly readUnits: number; readonly writeUnits: number };

/** A global or local secondary index. Global ones may have up to four partition and four sort attributes. */
export interface IndexDescription {
  readonly name: string;
  readonly kind: 'global' | 'local';
  readonly partitionKeys: readonly KeyAttribute[];
  readonly sortKeys: readonly KeyAttribute[];
  readonly projection: Projection;
  /** True only when the index is ACTIVE and not backfilling, so that it holds every item it should. */
  readonly usable: boolean;
  readonly itemCount: number;
  readonly sizeBytes: number;
}

/** What an index holds besides its own keys and the table's keys, which it always holds. */
export type Projection =
  | { readonly kind: 'all' }
  | { readonly kind: 'keys-only' }
  | { readonly kind: 'include'; readonly attributes: readonly string[] };

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
}

/** One table, as the planner and people see it. */
export interface CatalogTable {
  readonly schema: string;
  readonly name: string;
  readonly description: TableDescription;
  readonly columns: readonly Column[];
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
  /** Names of the configured schemas, in configured order. */
  readonly schemas: readonly string[];
  /** Names of the tables of a schema, sorted. Throws SCHEMA_NOT_FOUND. */
  listTables(schema: string, signal: AbortSignal): Promise<readonly string[]>;
  /** One table by its exact name, described and sampled when not cached. Throws SCHEMA_NOT_FOUND or TABLE_NOT_FOUND. */
  table(name: SchemaTable, signal: AbortSignal): Promise<CatalogTable>;
}
