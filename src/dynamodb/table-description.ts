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
