import { createRequire } from 'node:module';
import type * as Api from '@duckdb/node-api';

export type * from '@duckdb/node-api';

/**
 * DuckDB's client, loaded by `require`: it is CommonJS, and before `import` runs its sixty files, Node 20 searches their
 * text for the names of what they export, which takes as long again.
 */
const load = createRequire(import.meta.url);
const api: typeof Api = load('@duckdb/node-api');

/** What is used of DuckDB's C interface below the client, which does not pass it on. */
export const bindings: {
  readonly pending_execute_check_state: (pendingResult: unknown) => number;
  readonly PendingState: { readonly NO_TASKS_AVAILABLE: number; readonly RESULT_NOT_READY: number };
} = createRequire(load.resolve('@duckdb/node-api'))('@duckdb/node-bindings');

export const {
  BIGINT,
  BLOB,
  BOOLEAN,
  DATE,
  DECIMAL,
  DOUBLE,
  DuckDBArrayVector,
  DuckDBBlobValue,
  DuckDBInstance,
  DuckDBListVector,
  DuckDBMapVector,
  DuckDBScalarFunction,
  DuckDBStructType,
  DuckDBStructVector,
  DuckDBTableFunction,
  DuckDBTypeId,
  DuckDBUnionVector,
  DuckDBVarCharType,
  HUGEINT,
  LIST,
  TIMESTAMP,
  UUID,
  VARCHAR,
} = api;

// A class is a type, too.
export type DuckDBArrayVector = Api.DuckDBArrayVector;
export type DuckDBInstance = Api.DuckDBInstance;
export type DuckDBListVector = Api.DuckDBListVector;
export type DuckDBMapVector = Api.DuckDBMapVector;
export type DuckDBScalarFunction = Api.DuckDBScalarFunction;
export type DuckDBStructType = Api.DuckDBStructType;
export type DuckDBStructVector = Api.DuckDBStructVector;
export type DuckDBTableFunction = Api.DuckDBTableFunction;
export type DuckDBTypeId = Api.DuckDBTypeId;
export type DuckDBUnionVector = Api.DuckDBUnionVector;
