import fc from 'fast-check';
import { expect, it } from 'vitest';
import { columnNames } from './column-names.js';

it('keeps names that differ', () => {
  expect(columnNames(['id', 'Name', 'a.b', 'select'])).toEqual(['id', 'Name', 'a.b', 'select']);
});

it('numbers all but the first of the names that differ in case alone', () => {
  expect(columnNames(['id', 'ID', 'Id'])).toEqual(['id', 'ID_2', 'Id_3']);
});

it('never takes an own name away to number another', () => {
  expect(columnNames(['id', 'ID', 'id_2', 'ID_3'])).toEqual(['id', 'ID_4', 'id_2', 'ID_3']);
});

it('keeps _item free for the whole item', () => {
  expect(columnNames(['_item', '_ITEM'])).toEqual(['_item_2', '_ITEM_3']);
});

it('gives names that differ in more than case, whatever the attributes', () => {
  const name = fc.stringMatching(/^[aA_]{1,3}(_[23])?$/);
  fc.assert(
    fc.property(fc.uniqueArray(fc.oneof(name, fc.constantFrom('_item', '_Item', '_item_2'))), (attributes) => {
      const names = columnNames(attributes).map((given) => given.toLowerCase());
      expect(new Set(names).size).toBe(attributes.length);
      expect(names).not.toContain('_item');
    }),
  );
});
