import { expect, test } from 'vitest';
import { BIGINT, catalogTable, TEXT, tableReference } from '../testing/catalog-table.js';
import { stubTable, unusedPrefix } from './stub-tables.js';

const reference = tableReference(catalogTable({ columns: { 'a"b': TEXT, order: BIGINT }, itemCount: 7 }), 3);

test('a stub has the columns under names of its own, and a subquery gives them theirs', () => {
  const { source, planNames, stub, key } = stubTable(reference, 'column_');
  expect(source).toBe(`(SELECT column_3_0 AS "a""b", column_3_1 AS "order" FROM headgate_ref_3('3'))`);
  expect(planNames).toEqual(['column_3_0', 'column_3_1']);
  expect(stub).toEqual({
    columns: [
      { name: 'column_3_0', type: TEXT },
      { name: 'column_3_1', type: BIGINT },
    ],
    rowCount: 7,
  });
  expect(key).toBe('3');
});

test('the names are nowhere in the statement nor among the columns, whatever these are', () => {
  expect(unusedPrefix('SELECT 1', [])).toBe('column');
  expect(unusedPrefix('SELECT Column_1 FROM t', [])).toBe('column__');
  const odd = tableReference(catalogTable({ columns: { column__0_1: TEXT } }));
  expect(unusedPrefix('SELECT column_', [odd])).toBe('column___');
});

test('a table that DescribeTable calls empty is as large as its sample', () => {
  const sample = { items: 25, averageItemBytes: 100, readUnits: 1, takenAt: '', complete: true };
  const empty = tableReference({ ...catalogTable({ itemCount: 0 }), sample });
  expect(stubTable(empty, 'c').stub.rowCount).toBe(25);
});
