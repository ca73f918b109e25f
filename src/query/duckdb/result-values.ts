import { inStretches } from '../../base/next-turn.js';
import type { ResultValue, RowBatch } from '../result.js';
import {
  DuckDBArrayVector,
  DuckDBBlobValue,
  type DuckDBDataChunk,
  DuckDBListVector,
  DuckDBMapVector,
  DuckDBStructVector,
  DuckDBTypeId,
  DuckDBUnionVector,
  type DuckDBValue,
  type DuckDBVector,
} from './node-api.js';

/** Rows that are read in one go: a chunk has up to 2048, which may be of 400 KB each. */
const ROWS_AT_ONCE = 32;

/**
 * The rows of a chunk as plain values (see result.ts for the form of each type). Rows with many values take JavaScript a
 * while, so the event loop goes round in between.
 */
export async function readRows(chunk: DuckDBDataChunk): Promise<RowBatch> {
  const vectors = Array.from({ length: chunk.columnCount }, (_, i) => chunk.getColumnVector(i));
  const rows: ResultValue[][] = [];
  const starts = Array.from({ length: Math.ceil(chunk.rowCount / ROWS_AT_ONCE) }, (_, i) => i * ROWS_AT_ONCE);
  await inStretches(starts, (start) => {
    const count = Math.min(ROWS_AT_ONCE, chunk.rowCount - start);
    const columns = vectors.map((vector) => readVector(vector.slice(start, count), count));
    for (let row = 0; row < count; row++) rows.push(columns.map((column) => column[row] ?? null));
  });
  return rows;
}

/**
 * Values with parts are read from their vectors, all the way down: the library's struct value is an object by field name,
 * which would lose fields that share a name, as the unnamed ones of `row(1, 2)` do, and the order of fields named 1 and 0.
 */
function readVector(vector: DuckDBVector, count: number): ResultValue[] {
  if (vector instanceof DuckDBStructVector) {
    const fields = readFields(vector, count);
    return rowsOf(count, (row) => (vector.isItemValid(row) ? fields.map((field) => field[row] ?? null) : null));
  }
  if (vector instanceof DuckDBListVector) {
    return rowsOf(count, (row) => {
      const items = vector.getItemVector(row);
      return items === null ? null : readVector(items, items.itemCount);
    });
  }
  // A map is a list of structs of key and value.
  if (vector instanceof DuckDBMapVector) return readVector(partsOf(vector).listVector, count);
  if (vector instanceof DuckDBArrayVector) {
    const { length } = vector.type;
    const items = partsOf(vector).childData;
    return rowsOf(count, (row) =>
      vector.getItem(row) === null ? null : readVector(items.slice(row * length, length), length),
    );
  }
  if (vector instanceof DuckDBUnionVector) {
    const [tags = [], ...members] = readFields(partsOf(vector).structVector, count);
    return rowsOf(count, (row) => {
      const member = tags[row];
      return typeof member !== 'number'
        ? null
        : { tag: vector.type.memberTags[member] ?? '', value: members[member]?.[row] ?? null };
    });
  }
  // Whole numbers of any length have no type of their own in results: they are text.
  const isBignum = vector.type.typeId === DuckDBTypeId.BIGNUM;
  return rowsOf(count, (row) => {
    const value = readValue(vector.getItem(row));
    return isBignum && value !== null ? String(value) : value;
  });
}

/** The values of each field of a struct. */
function readFields(vector: DuckDBStructVector, count: number): ResultValue[][] {
  return Array.from({ length: vector.type.entryCount }, (_, i) => readVector(vector.entryVectorAt(i), count));
}

/** The vectors inside these are private to the library, for no reason that its pinned version would give. */
interface HiddenParts {
  readonly listVector: DuckDBListVector;
  readonly childData: DuckDBVector;
  readonly structVector: DuckDBStructVector;
}

function partsOf(vector: DuckDBMapVector): Pick<HiddenParts, 'listVector'>;
function partsOf(vector: DuckDBArrayVector): Pick<HiddenParts, 'childData'>;
function partsOf(vector: DuckDBUnionVector): Pick<HiddenParts, 'structVector'>;
function partsOf(vector: DuckDBVector): HiddenParts {
  return vector as unknown as HiddenParts; // Which of them there is, the overloads say.
}

function rowsOf(count: number, read: (row: number) => ResultValue): ResultValue[] {
  return Array.from({ length: count }, (_, row) => read(row));
}

function readValue(value: DuckDBValue): ResultValue {
  if (value === null || typeof value !== 'object') return value ?? null;
  if (value instanceof DuckDBBlobValue) return value.bytes;
  // Dates and timestamps, each with the one number that it is; most of them print infinity as a date far away.
  if ('isFinite' in value && !value.isFinite) {
    return Object.values(value).some((number) => number > 0) ? 'infinity' : '-infinity';
  }
  // Decimal, date, time, timestamp, interval, UUID and bit values print themselves as DuckDB does.
  return String(value);
}
