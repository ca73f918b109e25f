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

/**
 * The rows of a chunk as plain values (see result.ts for the form of each type). Rows with many values take JavaScript a
 * while, 400 KB of a list some ten milliseconds, so the event loop goes round in between.
 */
export async function readRows(chunk: DuckDBDataChunk): Promise<RowBatch> {
  const columns = Array.from({ length: chunk.columnCount }, (_, i) => readerOf(chunk.getColumnVector(i)));
  const rows: ResultValue[][] = [];
  await inStretches(Array(chunk.rowCount).keys(), (row) => rows.push(columns.map((read) => read(row))));
  return rows;
}

/** Reads the value of one row of a vector. */
type Reader = (row: number) => ResultValue;

/**
 * Values with parts are read from their vectors, all the way down: the library's struct value is an object by field name,
 * which would lose fields that share a name, as the unnamed ones of `row(1, 2)` do, and the order of fields named 1 and 0.
 */
function readerOf(vector: DuckDBVector): Reader {
  if (vector instanceof DuckDBStructVector) {
    const fields = fieldReaders(vector);
    return (row) => (vector.isItemValid(row) ? fields.map((read) => read(row)) : null);
  }
  if (vector instanceof DuckDBListVector) {
    return (row) => {
      const items = vector.getItemVector(row);
      return items === null ? null : readAll(items, items.itemCount);
    };
  }
  // A map is a list of structs of key and value.
  if (vector instanceof DuckDBMapVector) return readerOf(partsOf(vector).listVector);
  if (vector instanceof DuckDBArrayVector) {
    const { length } = vector.type;
    const items = partsOf(vector).childData;
    return (row) => (vector.getItem(row) === null ? null : readAll(items.slice(row * length, length), length));
  }
  if (vector instanceof DuckDBUnionVector) {
    const [readTag, ...members] = fieldReaders(partsOf(vector).structVector);
    return (row) => {
      const member = readTag?.(row);
      return typeof member !== 'number'
        ? null
        : { tag: vector.type.memberTags[member] ?? '', value: members[member]?.(row) ?? null };
    };
  }
  // Whole numbers of any length have no type of their own in results: they are text.
  const isBignum = vector.type.typeId === DuckDBTypeId.BIGNUM;
  return (row) => {
    const value = readValue(vector.getItem(row));
    return isBignum && value !== null ? String(value) : value;
  };
}

function readAll(vector: DuckDBVector, count: number): ResultValue[] {
  const read = readerOf(vector);
  return Array.from({ length: count }, (_, row) => read(row));
}

function fieldReaders(vector: DuckDBStructVector): Reader[] {
  return Array.from({ length: vector.type.entryCount }, (_, i) => readerOf(vector.entryVectorAt(i)));
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
