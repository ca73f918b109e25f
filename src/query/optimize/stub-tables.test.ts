import { expect, test } from 'vitest';
import { BIGINT, catalogTable, TEXT, tableReference } from '../testing/catalog-table.js';
import { stubTable } from './stub-tables.js';

test('a stub has the columns of the reference under their own names, and its size', () => {
  const reference = tableReference(catalogTable({ columns: { 'a"b': TEXT, order: BIGINT }, itemCount: 7 }), 3);
  const { source, stub, key } = stubTable(reference);
  expect([source, key, stub.rowCount]).toEqual(["headgate_ref_3('3')", '3', 7]);
  expect(stub.columns.map(({ name, type }) => [name, type])).toEqual([
    ['a"b', TEXT],
    ['order', BIGINT],
  ]);
});

test('a table that DescribeTable calls empty is as large as its sample', () => {
  const sample = { items: 25, averageItemBytes: 100, readUnits: 1, takenAt: '', complete: true };
  const empty = tableReference({ ...catalogTable({ itemCount: 0 }), sample });
  expect(stubTable(empty).stub.rowCount).toBe(25);
});
