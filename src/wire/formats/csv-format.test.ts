import { text as collect } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import type { ResultColumn, ResultType, ResultValue, RowBatch } from '../../query/result.js';
import { csvRows } from './csv-format.js';

const text: ResultType = { kind: 'text', sql: 'VARCHAR' };

test('NULL is an empty field and the empty text is quoted', async () => {
  expect(await csv([column('a', text), column('b', text)], [[null, '']])).toBe('a,b\n,""\n');
});

test('fields are quoted where a reader would take them apart or trim them', async () => {
  const values = ['a,b', 'say "hi"', 'two\nlines', 'cr\r', ' padded ', '\ufeffmark', 'plain text'];
  const lines = await csv(
    [column('t', text)],
    values.map((value) => [value]),
  );
  expect(lines).toBe('t\n"a,b"\n"say ""hi"""\n"two\nlines"\n"cr\r"\n" padded "\n"\ufeffmark"\nplain text\n');
});

test('header names are quoted like values and stay even when two are the same', async () => {
  expect(await csv([column('a,b', text), column('', text), column('x', text), column('x', text)], [])).toBe(
    '"a,b","",x,x\n',
  );
});

test('nested values are JSON, blobs base64, numbers whole, unions their value', async () => {
  const columns = [
    column('l', { kind: 'list', element: text, sql: 'VARCHAR[]' }),
    column('b', { kind: 'blob', sql: 'BLOB' }),
    column('h', { kind: 'integer', bits: 128, signed: true, sql: 'HUGEINT' }),
    column('d', { kind: 'decimal', precision: 38, scale: 2, sql: 'DECIMAL(38,2)' }),
    column('u', { kind: 'union', members: [column('n', text)], sql: 'UNION' }),
    column('n', { kind: 'union', members: [column('n', text)], sql: 'UNION' }),
  ];
  const row: ResultValue[] = [
    ['a', null],
    new Uint8Array([255]),
    -170141183460469231731687303715884105728n,
    '123456789012345678901234567890123456.78',
    { tag: 'n', value: 'x' },
    { tag: 'n', value: null },
  ];
  expect((await csv(columns, [row])).split('\n')[1]).toBe(
    '"[""a"",null]",/w==,-170141183460469231731687303715884105728,123456789012345678901234567890123456.78,x,',
  );
});

test('a 32-bit float has the shortest digits that give it back', async () => {
  const real: ResultType = { kind: 'float', bits: 32, sql: 'FLOAT' };
  const values = [0.1, 16777216, 3.4028234663852886e38, 1.401298464324817e-45, Number.NaN, -0].map(Math.fround);
  const lines = await csv(
    [column('r', real)],
    values.map((value) => [value]),
  );
  const written = lines.trimEnd().split('\n').slice(1);
  expect(written[0]).toBe('0.1');
  expect(written.map((digits) => Math.fround(Number(digits)))).toEqual(values);
});

function column(name: string, type: ResultType): ResultColumn {
  return { name, type };
}

async function csv(columns: readonly ResultColumn[], rows: RowBatch): Promise<string> {
  async function* batches() {
    yield rows;
  }
  return await collect(csvRows(columns, batches()));
}
