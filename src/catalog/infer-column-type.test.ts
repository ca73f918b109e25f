import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AttributeValue } from '../dynamodb/attribute-value.js';
import { type ColumnType, sqlTypeName } from './column-type.js';
import { inferColumnType } from './infer-column-type.js';
import { emptyValues } from './profile.js';
import { anyNumber, profileOf } from './testing/any-item.js';

function inferred(...values: AttributeValue[]) {
  const profile = profileOf(values.map((value) => ({ a: value })));
  return inferColumnType(profile.attributes.get('a') ?? emptyValues(), profile.items);
}

function typeOf(...values: AttributeValue[]): string {
  return sqlTypeName(inferred(...values).type);
}

function times(count: number, value: AttributeValue): AttributeValue[] {
  return Array.from({ length: count }, () => value);
}

describe('numbers', () => {
  it.each([
    [['0'], 'BIGINT'],
    [['1', '-2'], 'BIGINT'],
    [['9'.repeat(18)], 'BIGINT'],
    [['9'.repeat(19)], 'HUGEINT'],
    [['9'.repeat(38)], 'HUGEINT'],
    [['1E37'], 'HUGEINT'],
    [['1E100'], 'DOUBLE'],
    [['1.50', '100'], 'DECIMAL(18,1)'],
    [['0.01', '9'.repeat(16)], 'DECIMAL(18,2)'],
    [['0.01', '9'.repeat(17)], 'DECIMAL(38,2)'],
    [['0.01', '9'.repeat(36)], 'DECIMAL(38,2)'],
    [['0.01', '9'.repeat(37)], 'DOUBLE'],
    [[`0.${'1'.repeat(38)}`], 'DECIMAL(38,38)'],
    [['1E-130'], 'DOUBLE'],
  ])('%j are %s', (numbers, type) => {
    expect(typeOf(...numbers.map((N) => ({ N })))).toBe(type);
  });

  it('are all held exactly by their type, unless it is double because no exact type holds them all', () => {
    fc.assert(
      fc.property(fc.array(anyNumber(), { minLength: 1, maxLength: 6 }), (numbers) => {
        const { type } = inferred(...numbers.map((N) => ({ N })));
        const exact = numbers.map(scaledInteger);
        if (type.kind === 'double') {
          const scale = Math.max(...exact.map(({ scale }) => scale));
          const integer = Math.max(...exact.map((number) => digitsBeforePoint(number)));
          expect(integer + scale).toBeGreaterThan(38);
        } else {
          for (const number of exact) expect(holdsExactly(type, number)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});

/** A number as `unscaled / 10^scale` with the smallest scale, worked out with nothing but text and bigint. */
function scaledInteger(text: string): { unscaled: bigint; scale: number } {
  const [mantissa = '', exponent = '0'] = text.split('E');
  const [whole = '', fraction = ''] = mantissa.split('.');
  let unscaled = BigInt(whole + fraction);
  let scale = fraction.length - Number(exponent);
  while (scale > 0 && unscaled % 10n === 0n) {
    if (unscaled === 0n) scale = 1;
    unscaled /= 10n;
    scale -= 1;
  }
  return scale < 0 ? { unscaled: unscaled * 10n ** BigInt(-scale), scale: 0 } : { unscaled, scale };
}

function digitsBeforePoint({ unscaled, scale }: { unscaled: bigint; scale: number }): number {
  const whole = (unscaled < 0n ? -unscaled : unscaled) / 10n ** BigInt(scale);
  return whole === 0n ? 0 : whole.toString().length;
}

function holdsExactly(type: ColumnType, { unscaled, scale }: { unscaled: bigint; scale: number }): boolean {
  const size = unscaled < 0n ? -unscaled : unscaled;
  if (type.kind === 'bigint') return scale === 0 && size < 2n ** 63n;
  if (type.kind === 'hugeint') return scale === 0 && size < 2n ** 127n;
  if (type.kind !== 'decimal' || scale > type.scale) return false;
  return size * 10n ** BigInt(type.scale - scale) < 10n ** BigInt(type.precision);
}

describe('values of one type', () => {
  it.each<[AttributeValue, string]>([
    [{ S: '2026-01-31' }, 'VARCHAR'],
    [{ BOOL: true }, 'BOOLEAN'],
    [{ B: 'AAE=' }, 'BLOB'],
    [{ SS: ['a'] }, 'VARCHAR[]'],
    [{ NS: ['1', '2.5'] }, 'DECIMAL(18,1)[]'],
    [{ BS: ['AAE='] }, 'BLOB[]'],
    [{ L: [{ N: '1' }, { NULL: true }, { N: '2.5' }] }, 'DECIMAL(18,1)[]'],
    [{ L: [{ L: [{ S: 'x' }] }, { L: [] }] }, 'VARCHAR[][]'],
    [{ L: [{ M: { a: { N: '1' } } }, { M: { b: { S: '' } } }] }, 'STRUCT("a" BIGINT, "b" VARCHAR)[]'],
    [{ M: { city: { S: 'x' }, zip: { NULL: true } } }, 'STRUCT("city" VARCHAR, "zip" JSON)'],
  ])('%j is %s', (value, type) => {
    expect(typeOf(value)).toBe(type);
    expect(typeOf(value, { NULL: true })).toBe(type);
  });

  it('make a set column, not a list column, of sets', () => {
    expect(inferred({ SS: ['a'] }).type.kind).toBe('set');
  });

  it.each<[AttributeValue]>([[{ NULL: true }], [{ L: [] }], [{ L: [{ NULL: true }] }], [{ M: {} }]])(
    '%j alone says nothing, so that the column is JSON',
    (value) => {
      expect(typeOf(value)).toBe('JSON');
    },
  );

  it('are not changed by empty lists and maps', () => {
    expect(typeOf({ L: [] }, { L: [{ S: 'x' }] })).toBe('VARCHAR[]');
    expect(typeOf({ M: {} }, { M: { a: { S: 'x' } } })).toBe('STRUCT("a" VARCHAR)');
  });
});

describe('values of several types', () => {
  it('are JSON', () => {
    expect(inferred({ S: 'x' }, { N: '1' }, { N: '2' })).toEqual({
      type: { kind: 'json' },
      reason: 'mixed types: N in 2, S in 1 of 3 items',
    });
  });

  it('keep the main type when the others are few and rare', () => {
    expect(typeOf(...times(19, { N: '1' }), { S: 'x' })).toBe('BIGINT');
    expect(typeOf(...times(18, { N: '1' }), { S: 'x' })).toBe('JSON');
    expect(inferred(...times(99, { N: '1' }), { S: '' }).reason).toBe(
      'N in 99, S in 1 of 100 items, integers of one digit; the few of another type read as NULL',
    );
  });

  it('are JSON when the others are rare but not few', () => {
    expect(typeOf(...times(990, { N: '1' }), ...times(10, { S: 'x' }))).toBe('BIGINT');
    expect(typeOf(...times(989, { N: '1' }), ...times(11, { S: 'x' }))).toBe('JSON');
  });

  it('do not count NULL, neither as a type nor in the share', () => {
    expect(typeOf(...times(1000, { NULL: true }), { N: '1' })).toBe('BIGINT');
    expect(typeOf(...times(1000, { NULL: true }), { N: '1' }, { S: 'x' })).toBe('JSON');
  });

  it('are JSON inside lists and structs even when one is rare, for no warning counts what is nested', () => {
    expect(typeOf({ L: [...times(99, { N: '1' }), { S: 'x' }] })).toBe('JSON');
    expect(typeOf(...times(99, { M: { a: { N: '1' } } }), { M: { a: { S: 'x' } } })).toBe('STRUCT("a" JSON)');
  });
});

describe('maps', () => {
  const mapOf = (...keys: string[]): AttributeValue => ({
    M: Object.fromEntries(keys.map((key) => [key, { N: '1' }])),
  });

  it('are structs with optional fields, the most frequent field first', () => {
    expect(typeOf(mapOf('z'), mapOf('z', 'b'), mapOf('z', 'a'))).toBe('STRUCT("z" BIGINT, "a" BIGINT, "b" BIGINT)');
  });

  it('are JSON when they have more than 64 distinct keys', () => {
    const keys = Array.from({ length: 65 }, (_, i) => `k${i}`);
    expect(typeOf(mapOf(...keys))).toBe('JSON');
    expect(typeOf(mapOf(...keys.slice(1)))).toMatch(/^STRUCT/);
  });

  it('are JSON when their average key is in fewer than a third of at least five', () => {
    expect(typeOf(...['a', 'b', 'c', 'd'].map((key) => mapOf(key)))).toMatch(/^STRUCT/);
    expect(typeOf(...['a', 'b', 'c', 'd', 'e'].map((key) => mapOf(key)))).toBe('JSON');
  });

  it.each([[['City', 'city']], [['']], [['a\0b']]])('are JSON when SQL could not name the keys %j', (keys) => {
    expect(typeOf(mapOf(...keys))).toBe('JSON');
  });
});
