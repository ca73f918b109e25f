import { createRequire } from 'node:module';
import type * as Api from '@duckdb/node-api';

export type * from '@duckdb/node-api';

/**
 * DuckDB's client, loaded by `require`: it is CommonJS, and before `import` runs its sixty files, Node 20 searches their
 * text for the names of what they export, which takes as long again.
 */
const api: typeof Api = createRequire(import.meta.url)('@duckdb/node-api');

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
