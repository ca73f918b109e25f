import type { ColumnType } from '../../catalog/column-type.js';
import {
  BIGINT,
  BLOB,
  BOOLEAN,
  DATE,
  DECIMAL,
  DOUBLE,
  DuckDBStructType,
  type DuckDBType,
  DuckDBVarCharType,
  HUGEINT,
  LIST,
  TIMESTAMP,
  UUID,
  VARCHAR,
} from './node-api.js';

/** The DuckDB type of a catalog column. */
export function duckdbTypeOf(type: ColumnType): DuckDBType {
  switch (type.kind) {
    case 'string':
      return { text: VARCHAR, date: DATE, timestamp: TIMESTAMP, uuid: UUID }[type.as];
    case 'bigint':
      return BIGINT;
    case 'hugeint':
      return HUGEINT;
    case 'decimal':
      return DECIMAL(type.precision, type.scale);
    case 'double':
      return DOUBLE;
    case 'boolean':
      return BOOLEAN;
    case 'binary':
      return BLOB;
    case 'set':
    case 'list':
      return LIST(duckdbTypeOf(type.element));
    case 'struct':
      return new DuckDBStructType(
        type.fields.map((field) => field.name),
        type.fields.map((field) => duckdbTypeOf(field.type)),
      );
    case 'json':
      return DuckDBVarCharType.create('JSON');
  }
}
