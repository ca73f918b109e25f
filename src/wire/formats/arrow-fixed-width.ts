import {
  type Data,
  type DataType,
  DateDay,
  Decimal,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  makeData,
  Time,
  Timestamp,
  TimeUnit,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
} from 'apache-arrow';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { ResultType, ResultValue } from '../../query/result.js';
import { validityOf, words128 } from './arrow-buffers.js';
import type { ArrowColumn } from './arrow-column.js';
import { daysOfDate, ticksOfTime, ticksOfTimestamp } from './arrow-temporal.js';
import { bigintOf, numberOf, textOf } from './value-shape.js';

type OfKind<Kind extends ResultType['kind']> = Extract<ResultType, { readonly kind: Kind }>;

/** Arrow's decimals have at most 38 digits, and Arrow has no 128-bit integers. */
const DECIMAL_LIMIT = 10n ** 38n;

/**
 * Integers of up to 64 bits as they are, 128-bit ones as decimals without a fraction; `encode` throws SQL_EXECUTION for
 * those of 39 digits.
 */
export function integerColumn({ bits, signed }: OfKind<'integer'>, name: string): ArrowColumn {
  switch (bits) {
    case 8:
      return signed ? numbers(new Int8(), Int8Array, numberOf) : numbers(new Uint8(), Uint8Array, numberOf);
    case 16:
      return signed ? numbers(new Int16(), Int16Array, numberOf) : numbers(new Uint16(), Uint16Array, numberOf);
    case 32:
      return signed ? numbers(new Int32(), Int32Array, numberOf) : numbers(new Uint32(), Uint32Array, numberOf);
    case 64:
      return signed ? bigints(new Int64(), BigInt64Array, bigintOf) : bigints(new Uint64(), BigUint64Array, bigintOf);
    case 128:
      return decimals({ precision: 38, scale: 0 }, (value) => {
        const number = bigintOf(value);
        if (number >= DECIMAL_LIMIT || number <= -DECIMAL_LIMIT) throw notInArrow(name, String(number));
        return number;
      });
  }
}

/** Floats, bit for bit. */
export function floatColumn(bits: 32 | 64): ArrowColumn {
  return bits === 32 ? numbers(new Float32(), Float32Array, numberOf) : numbers(new Float64(), Float64Array, numberOf);
}

/** Decimals of the same precision and scale, exact. */
export function decimalColumn({ precision, scale, sql }: OfKind<'decimal'>): ArrowColumn {
  return decimals({ precision, scale }, (value) => {
    const [whole = '', fraction = ''] = textOf(value).split('.');
    if (fraction.length !== scale) throw new HeadgateError('INTERNAL', `A ${sql} value has another scale.`);
    return BigInt(whole + fraction);
  });
}

/**
 * Dates as days, times and timestamps as units of their own precision; undefined for intervals and times with time zone,
 * which Arrow has no exact type for. `encode` throws SQL_EXECUTION for `infinity`.
 */
export function temporalColumn(unit: OfKind<'temporal'>['unit'], name: string): ArrowColumn | undefined {
  const timestamps = (timeUnit: TimeUnit, digits: number, timezone?: string): ArrowColumn =>
    bigints(new Timestamp(timeUnit, timezone), BigInt64Array, (value) => ticksOfTimestamp(finite(value, name), digits));
  const times = (timeUnit: TimeUnit, digits: number): ArrowColumn =>
    bigints(new Time(timeUnit, 64), BigInt64Array, (value) => ticksOfTime(textOf(value), digits));
  switch (unit) {
    case 'date':
      return numbers(new DateDay(), Int32Array, (value) => daysOfDate(finite(value, name)));
    case 'time':
      return times(TimeUnit.MICROSECOND, 6);
    case 'time-ns':
      return times(TimeUnit.NANOSECOND, 9);
    case 'timestamp':
      return timestamps(TimeUnit.MICROSECOND, 6);
    case 'timestamp-s':
      return timestamps(TimeUnit.SECOND, 0);
    case 'timestamp-ms':
      return timestamps(TimeUnit.MILLISECOND, 3);
    case 'timestamp-ns':
      return timestamps(TimeUnit.NANOSECOND, 9);
    case 'timestamptz':
      return timestamps(TimeUnit.MICROSECOND, 6, 'UTC');
    case 'timetz':
    case 'interval':
      return undefined;
  }
}

function finite(value: ResultValue, name: string): string {
  const text = textOf(value);
  if (text === 'infinity' || text === '-infinity') throw notInArrow(name, text);
  return text;
}

function notInArrow(name: string, value: string): HeadgateError {
  return new HeadgateError('SQL_EXECUTION', `Column "${name}" has the value ${value}, which Arrow cannot hold.`, {
    detail: "Arrow's dates and timestamps are finite, and its decimals have at most 38 digits.",
    hint: 'Cast the column to VARCHAR in the statement, or choose another format.',
  });
}

type NumberArray =
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | Float32Array
  | Float64Array;

function numbers(
  type: DataType,
  Numbers: new (length: number) => NumberArray,
  toNumber: (value: ResultValue) => number,
): ArrowColumn {
  return fixedWidth(type, (values) => {
    const data = new Numbers(values.length);
    values.forEach((value, index) => {
      if (value !== null) data[index] = toNumber(value);
    });
    return data;
  });
}

function bigints(
  type: DataType,
  Bigints: new (length: number) => BigInt64Array | BigUint64Array,
  toBigint: (value: ResultValue) => bigint,
): ArrowColumn {
  return fixedWidth(type, (values) => {
    const data = new Bigints(values.length);
    values.forEach((value, index) => {
      if (value !== null) data[index] = toBigint(value);
    });
    return data;
  });
}

function decimals(
  { precision, scale }: { precision: number; scale: number },
  toUnscaled: (value: ResultValue) => bigint,
): ArrowColumn {
  return fixedWidth(new Decimal(scale, precision, 128), (values) =>
    words128(values.map((value) => (value === null ? null : toUnscaled(value)))),
  );
}

function fixedWidth(
  type: DataType,
  dataOf: (values: readonly ResultValue[]) => NumberArray | BigInt64Array | BigUint64Array,
): ArrowColumn {
  const encode = (values: readonly ResultValue[]): Data => {
    // All fixed-width types are built alike, which the overloads of makeData only say for each type by itself.
    return makeData({ type: type as Float64, ...validityOf(values), data: dataOf(values) as Float64Array });
  };
  return { type, encode };
}
