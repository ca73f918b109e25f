/** The whole plan of a statement, as data: this is what `--plan --format json` and `EXPLAIN (FORMAT JSON)` print. */
export interface StatementPlan {
  readonly references: readonly ReferencePlan[];
  readonly estimate: Estimate;
  readonly warnings: readonly string[];
}

export interface Estimate {
  readonly readUnits: number;
  readonly requests: number;
  /** US dollars at on-demand prices. */
  readonly dollars: number;
}

/** How one table reference of the statement is read. */
export interface ReferencePlan {
  /** `schema.table`. */
  readonly table: string;
  /** The name the statement gives it. */
  readonly alias: string;
  readonly path: AccessPathKind;
  readonly index?: string;
  /** Key condition in readable form, for example `flight_date = '2001-01-01' AND origin BETWEEN 'A' AND 'B'`; one per query. */
  readonly keyConditions?: readonly string[];
  /** Filter that DynamoDB applies, in readable form. */
  readonly filter?: string;
  /** Columns that are fetched; `*` for all. */
  readonly columns: readonly string[];
  readonly conjuncts: readonly ConjunctPlan[];
  readonly estimate: Estimate;
  /** Why the path is wider than one might hope. */
  readonly notes: readonly string[];
}

export type AccessPathKind = 'get' | 'batch-get' | 'query' | 'index-query' | 'scan' | 'catalog' | 'none';

export interface ConjunctPlan {
  readonly sql: string;
  /** `exact`: DynamoDB applies just this. `superset`: DynamoDB may let more rows through. `none`: not pushed. */
  readonly pushdown: 'exact' | 'superset' | 'none';
  readonly use: 'key' | 'filter' | 'none';
}
