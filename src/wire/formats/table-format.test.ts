import { text as collect } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import type { ResultColumn, ResultType, RowBatch } from '../../query/result.js';
import { fitWidth } from './display-width.js';
import { tableRows } from './table-format.js';

const text: ResultType = { kind: 'text', sql: 'VARCHAR' };
const integer: ResultType = { kind: 'integer', bits: 32, signed: true, sql: 'INTEGER' };
const decimal: ResultType = { kind: 'decimal', precision: 38, scale: 2, sql: 'DECIMAL(38,2)' };

const people: ResultColumn[] = [
  { name: 'id', type: integer },
  { name: 'name', type: text },
  { name: 'owed', type: decimal },
];

test('numbers stand to the right, text to the left, and NULL says so', async () => {
  const rows = [
    [1, '日本', '12.50'],
    [22, null, null],
    [333, 'a\nb\u001b[31m', '-0.07'],
  ];
  expect(await table(people, [rows])).toBe(
    [
      '┌─────┬─────────────┬───────┐',
      '│  id │ name        │  owed │',
      '├─────┼─────────────┼───────┤',
      '│   1 │ 日本        │ 12.50 │',
      '│  22 │ NULL        │  NULL │',
      '│ 333 │ a⏎b\\x1b[31m │ -0.07 │',
      '└─────┴─────────────┴───────┘',
      '',
    ].join('\n'),
  );
});

test('no rows give the header alone', async () => {
  expect(await table(people, [])).toBe(
    '┌────┬──────┬──────┐\n│ id │ name │ owed │\n├────┼──────┼──────┤\n└────┴──────┴──────┘\n',
  );
});

test('the widest text is cut first, visibly, until every line fits the width', async () => {
  const columns = ['short', 'long', 'longer'].map((name) => ({ name, type: text }));
  const output = await table(columns, [[['x', 'y'.repeat(30), 'z'.repeat(60)]]], 60);
  const lines = output.trimEnd().split('\n');
  expect(new Set(lines.map((line) => fitWidth(line, 1000).width))).toEqual(new Set([60]));
  expect(lines[3]).toBe(`│ x     │ ${'y'.repeat(22)}… │ ${'z'.repeat(21)}… │`);
});

test('a name that is wider than its column is cut visibly too', async () => {
  const columns = [
    { name: 'a_very_long_name_of_a_number', type: integer },
    { name: 'b', type: text },
  ];
  const lines = (await table(columns, [[[1, 'x'.repeat(30)]]], 30)).split('\n');
  expect(lines[1]).toMatch(/│ a_very_l.*… │ b/);
});

test('numbers and dates are never cut: a table that is too narrow for them becomes blocks', async () => {
  const columns = [
    { name: 'id', type: integer },
    { name: 'amount', type: decimal },
    { name: 'at', type: { kind: 'temporal', unit: 'timestamp', sql: 'TIMESTAMP' } as const },
  ];
  const amount = '123456789012345678901234567890123456.78';
  const rows = [
    [1, amount, '2026-01-31 12:00:00'],
    [2, null, 'infinity'],
  ];
  expect(await table(columns, [rows], 60)).toBe(
    `── row 1 ──\nid: 1\namount: ${amount}\nat: 2026-01-31 12:00:00\n── row 2 ──\nid: 2\namount: NULL\nat: infinity\n`,
  );
});

test('without a width nothing is cut to fit', async () => {
  expect(await table([{ name: 't', type: text }], [[['x'.repeat(5000)]]])).toContain(`│ ${'x'.repeat(5000)} │`);
});

test('rows after the sample keep the widths, and stick out rather than lose digits or text that has room', async () => {
  const columns = people.slice(0, 2);
  const sample = Array.from({ length: 1000 }, (_, index) => [index % 10, 'ok']);
  const narrow = (await table(columns, [sample, [[1234567890, 'cancelled']]], 17)).split('\n');
  expect(narrow[2]).toBe('├────┼──────┤');
  expect(narrow[1003]).toBe('│ 1234567890 │ can… │');
  const wide = (await table(columns, [sample, [[1234567890, 'cancelled']]], 80)).split('\n');
  expect(wide[1003]).toBe('│ 1234567890 │ cancelled │');
  expect(wide).toHaveLength(1006);
});

test('names of columns cannot reach the terminal with controls either', async () => {
  expect(await table([{ name: 'a\u001b]0;x\u0007', type: text }], [])).toContain('│ a\\x1b]0;x\\x07 │');
});

async function table(columns: readonly ResultColumn[], batches: readonly RowBatch[], width?: number): Promise<string> {
  async function* source() {
    yield* batches;
  }
  const chunks = tableRows(columns, source(), width === undefined ? {} : { width });
  return await collect(chunks);
}
