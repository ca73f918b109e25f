/** The whole plan of a statement, as data: this is what `--plan --format json` and `EXPLAIN (FORMAT JSON)` print. */
export interface StatementPlan {
  readonly references: readonly ReferencePlan[];
  readonly estimate: Estimate;
  readonly warnings: readonly string[];
}

export interface Estimate {
  readonly readUnits: number;
  readonly requests: number;
  readonly seconds: number;
  /** US dollars: on demand the price of the requests, provisioned that of the capacity they use up. */
  readonly dollars: number;
  /** The region whose prices stand in, where those of the table's own place are not known. */
  readonly pricesOf?: string;
}

/** How one table reference of the statement is read. */
export interface ReferencePlan {
  /** `schema.table`. */
  readonly table: string;
  /** The name the statement gives it. */
  readonly alias: string;
  readonly path: AccessPathKind;
  readonly index?: string;
  /** The index gives only the keys: the items are then fetched from the table. */
  readonly fillIn?: true;
  /** Key condition in readable form, for example `flight_date = '2001-01-01' AND origin BETWEEN 'A' AND 'B'`; one per query. */
  readonly keyConditions?: readonly string[];
  /** Filter that DynamoDB applies, in readable form. */
  readonly filter?: string;
  /** Columns that are fetched; `*` for all. */
  readonly columns: readonly string[];
  readonly conjuncts: readonly ConjunctPlan[];
  readonly estimate: Estimate;
  /** Share of the throughput of the table or index that is taken while it is read, 1 for all of it; absent where not known. */
  readonly throughputShare?: number;
  /** An index that would make this reading much cheaper. */
  readonly advice?: IndexAdvice;
  /** Why the path is wider than one might hope. */
  readonly notes: readonly string[];
}

/** A global secondary index that does not exist, and what reading by it would cost. */
export interface IndexAdvice {
  readonly partitionKey: string;
  /** In the order of the index; DynamoDB allows four. */
  readonly sortKeys: readonly string[];
  readonly projection: 'KEYS_ONLY' | 'INCLUDE' | 'ALL';
  /** The attributes to include besides keys, for `INCLUDE`. */
  readonly include?: readonly string[];
  /** About what the reading would take by it. */
  readonly readUnits: number;
}

export type AccessPathKind =
  | 'get'
  | 'batch-get'
  | 'query'
  | 'index-query'
  | 'index-scan'
  | 'scan'
  /** By the keys that another reference has; whether there are too many is seen when that is read. */
  | 'lookup'
  | 'catalog'
  | 'none';

export interface ConjunctPlan {
  readonly sql: string;
  /** `exact`: DynamoDB applies just this. `superset`: DynamoDB may let more rows through. `none`: not pushed. */
  readonly pushdown: 'exact' | 'superset' | 'none';
  readonly use: 'key' | 'filter' | 'none';
}
