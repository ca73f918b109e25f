import { buffer, text as collect } from 'node:stream/consumers';
import { tableFromIPC } from 'apache-arrow';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ResultColumn, ResultField, ResultType, ResultValue, RowBatch } from '../../query/result.js';
import { arrowRows } from './arrow-format.js';
import { csvRows } from './csv-format.js';
import { readsBackExactly } from './exact-number.js';
import { jsonRows } from './json-format.js';
import { ndjsonRows } from './ndjson-format.js';
import { tableRows } from './table-format.js';
import { uniqueNames } from './unique-names.js';
import { bytesOf, entryOf, listOf, textOf } from './value-shape.js';
import { textWriter } from './value-text.js';

/** What a format is given: columns of random types, and rows of random values of those types. */
interface Rows {
  readonly columns: readonly ResultColumn[];
  readonly rows: RowBatch;
}

test('JSON and NDJSON parse back to the same values, numbers within the rule of doubles', async () => {
  await fc.assert(
    fc.asyncProperty(someRows(), async ({ columns, rows }) => {
      const expected = rows.map((row) => parsedObject(columns, row));
      expect(JSON.parse(await collect(jsonRows(columns, once(rows))))).toEqual(expected);
      const lines = (await collect(ndjsonRows(columns, once(rows)))).split('\n').slice(0, -1);
      expect(lines.map((line) => JSON.parse(line))).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});

test('CSV parses back to the same texts, with NULL and the empty text told apart', async () => {
  await fc.assert(
    fc.asyncProperty(someRows(), async ({ columns, rows }) => {
      const [header, ...records] = parseCsv(await collect(csvRows(columns, once(rows))));
      expect(header).toEqual(columns.map((column) => column.name));
      expect(records).toEqual(rows.map((row) => row.map((value, i) => textWriter(typeAt(columns, i))(value))));
    }),
    { numRuns: 300 },
  );
});

test('a table never has a control character beside its line ends, and has every row', async () => {
  const width = fc.option(fc.integer({ min: 1, max: 200 }), { nil: undefined });
  await fc.assert(
    fc.asyncProperty(someRows(), width, async ({ columns, rows }, columnsOfTerminal) => {
      const options = columnsOfTerminal === undefined ? {} : { width: columnsOfTerminal };
      const output = await collect(tableRows(columns, once(rows), options));
      expect(output).not.toMatch(/[^\P{Cc}\n]|[\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u);
      const lines = output.split('\n').length - 1;
      const isGrid = output.startsWith('┌');
      expect(lines).toBe(isGrid ? rows.length + 4 : rows.length * (columns.length + 1));
    }),
    { numRuns: 300 },
  );
});

test('Arrow reads back the same values', async () => {
  await fc.assert(
    fc.asyncProperty(someRows(), async ({ columns, rows }) => {
      const table = tableFromIPC(await buffer(arrowRows(columns, once(rows))));
      const readColumns = columns.map((column, index) =>
        [...(table.getChildAt(index) ?? [])].map((read) => readValue(column.type, read)),
      );
      expect(readColumns).toEqual(columns.map((_, index) => rows.map((row) => row[index])));
    }),
    { numRuns: 300 },
  );
});

function someRows(): fc.Arbitrary<Rows> {
  return fields(4).chain((columns) =>
    fc
      .array(fc.tuple(...columns.map((column) => someValue(column.type))), { maxLength: 20 })
      .map((rows) => ({ columns, rows })),
  );
}

function fields(maxLength: number, depth = 2): fc.Arbitrary<ResultField[]> {
  const name = fc.oneof(fc.constantFrom('a', 'a_2', '1', '__proto__', '', 'x\u001b[0m'), fc.string({ unit: 'binary' }));
  return fc.array(fc.record({ name, type: someType(depth) }), { minLength: 1, maxLength });
}

function someType(depth: number): fc.Arbitrary<ResultType> {
  const sql = 'T';
  const flat = fc.oneof(
    fc
      .constantFrom(...(['boolean', 'text', 'json', 'blob', 'null'] as const))
      .map((kind): ResultType => ({ kind, sql })),
    fc
      .record({ bits: fc.constantFrom(8, 16, 32, 64, 128), signed: fc.boolean() })
      .map((integer): ResultType => ({ kind: 'integer', ...integer, sql })),
    fc.constantFrom(32, 64).map((bits): ResultType => ({ kind: 'float', bits, sql })),
    fc.integer({ min: 0, max: 38 }).map((scale): ResultType => ({ kind: 'decimal', precision: 38, scale, sql })),
  );
  if (depth === 0) return flat;
  const inner = someType(depth - 1);
  return fc.oneof(
    { weight: 3, arbitrary: flat },
    inner.map((element): ResultType => ({ kind: 'list', element, sql })),
    fields(3, depth - 1).map((structFields): ResultType => ({ kind: 'struct', fields: structFields, sql })),
    inner.map((value): ResultType => ({ kind: 'map', key: { kind: 'text', sql }, value, sql })),
  );
}

function someValue(type: ResultType): fc.Arbitrary<ResultValue> {
  return type.kind === 'null' ? fc.constant(null) : fc.option(somePresentValue(type), { freq: 4 });
}

function somePresentValue(type: ResultType): fc.Arbitrary<ResultValue> {
  switch (type.kind) {
    case 'boolean':
      return fc.boolean();
    case 'integer': {
      // HUGEINT beyond 38 digits is an error in Arrow, which has a test of its own.
      const bits = BigInt(type.bits === 128 ? 126 : type.bits);
      const min = type.signed ? -(2n ** (bits - 1n)) : 0n;
      const max = type.signed ? 2n ** (bits - 1n) - 1n : 2n ** bits - 1n;
      const integers = fc.oneof(fc.bigInt({ min, max }), fc.constantFrom(min, max, 0n));
      return type.bits <= 32 ? integers.map(Number) : integers;
    }
    case 'float':
      return type.bits === 32 ? fc.float() : fc.double();
    case 'decimal':
      return fc
        .oneof(fc.bigInt(-(10n ** 38n) + 1n, 10n ** 38n - 1n), fc.bigInt(-1000n, 1000n))
        .map((n) => decimalText(n, type.scale));
    case 'json':
      return fc.oneof(fc.json(), fc.constantFrom('{"n":12345678901234567890123}', '[1,]', '{ "a"\n: "\u009b" }'));
    case 'blob':
      return fc.uint8Array({ maxLength: 9 });
    case 'list':
      return fc.array(someValue(type.element), { maxLength: 4 });
    case 'struct':
      return fc.tuple(...type.fields.map((field) => someValue(field.type)));
    case 'map':
      return fc.uniqueArray(fc.tuple(fc.string({ unit: 'binary' }), someValue(type.value)), {
        maxLength: 4,
        selector: ([key]) => key,
      });
    default:
      return fc.string({ unit: 'binary', maxLength: 30 });
  }
}

/** What JSON.parse should make of a row or a struct. */
function parsedObject(fields: readonly ResultField[], values: readonly ResultValue[]): unknown {
  const names = uniqueNames(fields.map((field) => field.name));
  return Object.fromEntries(fields.map((field, i) => [names[i], parsedValue(field.type, values[i] ?? null)]));
}

function parsedValue(type: ResultType, value: ResultValue): unknown {
  if (value === null) return null;
  switch (type.kind) {
    case 'integer':
    case 'decimal':
      return readsBackExactly(String(value)) ? Number(value) : String(value);
    case 'float':
      return Number.isFinite(value) ? value : String(value);
    case 'blob':
      return Buffer.from(bytesOf(value)).toString('base64');
    case 'json':
      return parsedOrText(textOf(value));
    case 'list':
      return listOf(value).map((element) => parsedValue(type.element, element));
    case 'struct':
      return parsedObject(type.fields, listOf(value));
    case 'map': {
      const entries = listOf(value).map(entryOf);
      return Object.fromEntries(entries.map(([key, inner]) => [key, parsedValue(type.value, inner)]));
    }
    default:
      return value;
  }
}

function parsedOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A value as the Arrow library reads it, back in the form that results have. */
function readValue(type: ResultType, read: unknown): unknown {
  if (read === null) return null;
  switch (type.kind) {
    case 'decimal':
      return decimalText(wordsToBigint(elements<number>(read)), type.scale);
    case 'integer':
      return type.bits === 128 ? wordsToBigint(elements<number>(read)) : read;
    case 'blob':
      return Uint8Array.from(elements<number>(read));
    case 'list':
      return elements(read).map((element) => readValue(type.element, element));
    case 'struct':
      return elements<[string, unknown]>(read).map(([, member], i) => readValue(typeAt(type.fields, i), member));
    case 'map':
      return elements<[string, unknown]>(read).map(([key, value]) => [key, readValue(type.value, value)]);
    default:
      return read;
  }
}

/** The library's vectors, rows and buffers are all iterable, but it types them as `any`. */
function elements<Element>(read: unknown): Element[] {
  return [...(read as Iterable<Element>)];
}

function wordsToBigint(words: readonly number[]): bigint {
  const total = words.reduceRight((sum, word) => (sum << 32n) + BigInt(word), 0n);
  return BigInt.asIntN(128, total);
}

function decimalText(unscaled: bigint, scale: number): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const point = digits.length - scale;
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, point)}${scale === 0 ? '' : `.${digits.slice(point)}`}`;
}

/** A small reader of RFC 4180: an unquoted empty field is null. */
function parseCsv(text: string): (string | null)[][] {
  const records: (string | null)[][] = [];
  let at = 0;
  while (at < text.length) {
    const record: (string | null)[] = [];
    let separator = ',';
    while (separator === ',') {
      let field = '';
      const isQuoted = text[at] === '"';
      if (isQuoted) {
        for (at++; text[at] !== '"' || text[++at] === '"'; at++) field += text[at];
      } else {
        for (; text[at] !== ',' && text[at] !== '\n'; at++) field += text[at];
      }
      record.push(!isQuoted && field === '' ? null : field);
      separator = text[at++] ?? '';
    }
    expect(separator).toBe('\n');
    records.push(record);
  }
  return records;
}

function typeAt(columns: readonly ResultField[], index: number): ResultType {
  return columns[index]?.type ?? { kind: 'null', sql: 'NULL' };
}

async function* once(rows: RowBatch): AsyncGenerator<RowBatch> {
  yield rows;
}
