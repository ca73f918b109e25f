import { expect, it } from 'vitest';
import { sqlTypeName } from './column-type.js';
import { parseDeclaredType } from './declared-type.js';

it.each([
  ['varchar', 'VARCHAR'],
  ['text', 'VARCHAR'],
  ['date', 'DATE'],
  ['TIMESTAMP', 'TIMESTAMP'],
  ['uuid', 'UUID'],
  ['bigint', 'BIGINT'],
  ['hugeint', 'HUGEINT'],
  ['decimal(18,2)', 'DECIMAL(18,2)'],
  [' Decimal( 38 , 38 ) ', 'DECIMAL(38,38)'],
  ['double', 'DOUBLE'],
  ['boolean', 'BOOLEAN'],
  ['blob', 'BLOB'],
  ['json', 'JSON'],
  ['varchar[]', 'VARCHAR[]'],
  ['decimal(9,4)[][]', 'DECIMAL(9,4)[][]'],
])('"%s" declares %s', (text, type) => {
  const parsed = parseDeclaredType(text);
  expect(parsed && sqlTypeName(parsed)).toBe(type);
});

it.each(['', '[]', 'integer', 'decimal', 'decimal(39,0)', 'decimal(0,0)', 'decimal(5,6)', 'varchar[3]', 'constructor'])(
  '"%s" is no declared type',
  (text) => {
    expect(parseDeclaredType(text)).toBeUndefined();
  },
);

it('reads dates, times and UUIDs from text', () => {
  expect(parseDeclaredType('date')).toEqual({ kind: 'string', as: 'date' });
});
