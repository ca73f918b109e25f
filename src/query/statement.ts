import type { TableReader } from '../dynamodb/table-reader.js';
import type { AccessPathKind, StatementPlan } from './plan/statement-plan.js';
import type { ResultColumn, RowBatch } from './result.js';
import type { StatementAccess } from './statement-access.js';

/** A value for `?`, `$1` or `$name`. Strings adapt to the type they are compared with, as SQL literals do. */
export type ParameterValue = null | boolean | number | bigint | string | Uint8Array | readonly ParameterValue[];

export type Parameters =
  | { readonly kind: 'positional'; readonly values: readonly ParameterValue[] }
  | { readonly kind: 'named'; readonly values: Readonly<Record<string, ParameterValue>> };

export interface StatementRequest {
  readonly sql: string;
  readonly parameters?: Parameters;
  /** Schema of unqualified table names; needed only when several schemas are configured and the name is in more than one. */
  readonly defaultSchema?: string;
  readonly consistentRead?: boolean;
  readonly timeoutMs?: number;
  /** Read units that the statement may spend. */
  readonly maxUnits?: number;
  /** False reads every table whole and leaves all work to DuckDB: slower, same rows. For tests and for doubt. */
  readonly pushdown?: boolean;
  readonly onProgress?: (progress: StatementProgress) => void;
  /** Told once, when all is released: what was spent, however the statement ended. */
  readonly onEnd?: (summary: StatementSummary) => void;
  /** What the asker may know and do; without it everything, as in tests. */
  readonly access?: StatementAccess;
  /** How tables are read for the asker; without it as the engine itself reads them. */
  readonly readerOf?: (schema: string) => TableReader;
}

/** Told at most a few times a second. */
export interface StatementProgress {
  readonly phase: 'catalog' | 'planning' | 'reading' | 'executing';
  /** The table that is being read, as `schema.table`. */
  readonly table?: string;
  readonly requests: number;
  readonly items: number;
  readonly readUnits: number;
}

export interface StatementResult {
  readonly columns: readonly ResultColumn[];
  /** The rows, once; ending the iteration early releases everything. Errors and the cost after the last batch come from here. */
  readonly batches: AsyncIterable<RowBatch>;
  readonly plan: StatementPlan;
  /** The rows are the lines of a plan, as EXPLAIN gives them. */
  readonly isExplained?: true;
  /** What was spent so far; final once `batches` has ended. */
  summary(): StatementSummary;
  /** Releases everything when the rows are not wanted. Safe to call twice. */
  close(): Promise<void>;
}

export interface StatementSummary {
  readonly readUnits: number;
  readonly requests: number;
  /** US dollars, as in the estimate. */
  readonly dollars: number;
  readonly rows: number;
  readonly planMs: number;
  readonly executionMs: number;
  /** Units that the catalog spent on sampling tables it had not seen before; not part of `readUnits`. */
  readonly sampledUnits: number;
  /** What DynamoDB refused for want of throughput, and how long reading waited for that; absent where nothing was. */
  readonly throttling?: { readonly refusals: number; readonly waitedMs: number };
  /** One entry per reference and per table or index that was read for it. */
  readonly reads: readonly ReadSummary[];
  readonly warnings: readonly string[];
}

export interface ReadSummary {
  /** Which reference of the statement, as in the plan's list, 0-based. */
  readonly slot: number;
  readonly table: string;
  readonly index: string | undefined;
  /** How it was read in the end: the plan may have left that to what other tables hold. */
  readonly path: AccessPathKind;
  readonly readUnits: number;
  readonly requests: number;
  /** Items evaluated by DynamoDB, before its filter. */
  readonly itemsScanned: number;
  readonly itemsReturned: number;
  readonly dollars: number;
  /** From the beginning of the reference's reading to the last answer from here. */
  readonly milliseconds: number;
}

/** SQL in, rows out. Shared by every front end of one process. */
export interface Engine {
  /** Plans and runs. The plan is there, and reading has begun, when the promise resolves. */
  run(request: StatementRequest, signal: AbortSignal): Promise<StatementResult>;
  /** Plans only: reads no items (the catalog may sample a table it has never seen). */
  plan(request: StatementRequest, signal: AbortSignal): Promise<StatementPlan>;
  /** Runs the statement and writes its rows to a Parquet file, which must lie in the engine's export folder. */
  exportParquet(request: StatementRequest, signal: AbortSignal): Promise<ParquetExport>;
  close(): Promise<void>;
}

export interface ParquetExport {
  /** Absolute path of the finished file; the caller moves or deletes it. */
  readonly path: string;
  readonly plan: StatementPlan;
  readonly summary: StatementSummary;
}
