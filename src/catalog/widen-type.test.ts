import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type ColumnType, type NumberType, sqlTypeName } from './column-type.js';
import { widenType } from './widen-type.js';

const bigint: ColumnType = { kind: 'bigint' };
const hugeint: ColumnType = { kind: 'hugeint' };
const double: ColumnType = { kind: 'double' };
const text: ColumnType = { kind: 'string', as: 'text' };
const decimal = (precision: number, scale: number): NumberType => ({ kind: 'decimal', precision, scale });

it.each<[ColumnType, ColumnType, string]>([
  [bigint, hugeint, 'HUGEINT'],
  [hugeint, bigint, 'HUGEINT'],
  [bigint, decimal(18, 2), 'DECIMAL(18,2)'],
  [hugeint, decimal(18, 2), 'DECIMAL(38,2)'],
  [decimal(18, 2), decimal(38, 1), 'DECIMAL(38,2)'],
  [decimal(38, 2), double, 'DOUBLE'],
  [double, bigint, 'DOUBLE'],
  [text, bigint, 'VARCHAR'],
  [bigint, text, 'BIGINT'],
  [{ kind: 'list', element: bigint }, { kind: 'list', element: hugeint }, 'HUGEINT[]'],
  [{ kind: 'set', element: { kind: 'bigint' } }, { kind: 'set', element: { kind: 'hugeint' } }, 'HUGEINT[]'],
])('%j widened by %j is %s', (type, wider, expected) => {
  expect(sqlTypeName(widenType(type, wider))).toBe(expected);
});

it('widens the fields of structs by their attributes', () => {
  const fields = [
    { name: 'a', attribute: 'a', type: bigint },
    { name: 'b', attribute: 'b', type: bigint },
  ];
  const wider: ColumnType = { kind: 'struct', fields: [{ name: 'b', attribute: 'b', type: double }] };
  expect(sqlTypeName(widenType({ kind: 'struct', fields }, wider))).toBe('STRUCT("a" BIGINT, "b" DOUBLE)');
});

it('comes to the same in any order, and to an end', () => {
  const number = fc.oneof(
    fc.constantFrom(bigint, hugeint, double),
    fc.tuple(fc.constantFrom(18, 38), fc.integer({ min: 0, max: 18 })).map(([p, s]) => decimal(p, s)),
  );
  fc.assert(
    fc.property(number, number, number, (a, b, c) => {
      const all = widenType(widenType(a, b), c);
      expect(widenType(widenType(c, a), b)).toEqual(all);
      for (const part of [a, b, c]) expect(widenType(all, part)).toEqual(all);
    }),
  );
});
