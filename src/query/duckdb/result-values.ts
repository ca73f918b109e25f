import {
  DuckDBArrayValue,
  DuckDBBlobValue,
  type DuckDBDataChunk,
  DuckDBListValue,
  DuckDBListVector,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBStructVector,
  DuckDBTypeId,
  DuckDBUnionValue,
  type DuckDBValue,
  type DuckDBVector,
} from '@duckdb/node-api';
import type { ResultValue, RowBatch } from '../result.js';

/** The rows of a chunk as plain values (see result.ts for the form of each type). */
export function readRows(chunk: DuckDBDataChunk): RowBatch {
  const columns = Array.from({ length: chunk.columnCount }, (_, i) =>
    readVector(chunk.getColumnVector(i), chunk.rowCount),
  );
  return Array.from({ length: chunk.rowCount }, (_, row) => columns.map((column) => column[row] ?? null));
}

/**
 * Structs and lists are read from their vectors: the library's struct value is an object by field name, which would
 * lose fields that share a name, as the unnamed ones of `row(1, 2)` do.
 */
function readVector(vector: DuckDBVector, count: number): ResultValue[] {
  if (vector instanceof DuckDBStructVector) {
    const fields = Array.from({ length: vector.type.entryCount }, (_, i) => readVector(vector.entryVectorAt(i), count));
    return Array.from({ length: count }, (_, row) =>
      vector.isItemValid(row) ? fields.map((field) => field[row] ?? null) : null,
    );
  }
  if (vector instanceof DuckDBListVector) {
    return Array.from({ length: count }, (_, row) => {
      const items = vector.getItemVector(row);
      return items === null ? null : readVector(items, items.itemCount);
    });
  }
  // Whole numbers of any length have no type of their own in results: they are text.
  if (vector.type.typeId === DuckDBTypeId.BIGNUM) {
    return Array.from({ length: count }, (_, row) => {
      const item = vector.getItem(row);
      return item === null ? null : String(item);
    });
  }
  return Array.from({ length: count }, (_, row) => readValue(vector.getItem(row)));
}

function readValue(value: DuckDBValue): ResultValue {
  if (value === null || typeof value !== 'object') return value ?? null;
  if (value instanceof DuckDBBlobValue) return value.bytes;
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) return value.items.map(readValue);
  if (value instanceof DuckDBStructValue) return Object.values(value.entries).map(readValue);
  if (value instanceof DuckDBMapValue)
    return value.entries.map(({ key, value: item }) => [readValue(key), readValue(item)]);
  if (value instanceof DuckDBUnionValue) return { tag: value.tag, value: readValue(value.value) };
  // Decimal, date, time, timestamp, interval, UUID and bit values print themselves as DuckDB does.
  return String(value);
}
