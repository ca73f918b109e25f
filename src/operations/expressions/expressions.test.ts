import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCondition } from './condition.js';
import { readUpdate } from './update.js';

const names = { '#a': 'secret', '#b': 'other', '#proto': '__proto__' };
const condition = (text: string) => readCondition({ at: 'ConditionExpression', text, names });
const update = (text: string) => readUpdate({ at: 'UpdateExpression', text, names });
const refused = expect.objectContaining({ code: 'REQUEST_INVALID' });

describe('a condition', () => {
  it.each([
    ['attribute_not_exists(id)', 'id'],
    ['attribute_exists(#a)', 'secret'],
    ['a = :v', 'a'],
    [':v = a', 'a'],
    ['a = b', 'a b'],
    ['a.b[3].#a = :v', 'a'],
    ['NOT (a < :v OR b >= :w) AND c <> :v', 'a b c'],
    ['a BETWEEN b AND c AND d = :v', 'a b c d'],
    ['a IN (:v, b, #b)', 'a b other'],
    ['size(a) > size(b)', 'a b'],
    ['contains(a, b) and begins_with(#a, :v) or attribute_type(c, :t)', 'a b c secret'],
    ['#proto = :v', '__proto__'],
    ['Not\n\tnot a = :v', 'a'],
  ])('%s looks at %s', (text, attributes) => {
    expect([...condition(text).reads].toSorted()).toEqual(attributes.split(' ').toSorted());
  });

  it.each([
    ['a = :v OR b = :v', true],
    ['a = :v AND b = :v OR c = :v', true],
    ['(a = :v OR b = :v)', false],
    ['(a = :v OR b = :v) AND c = :v', false],
    ['a = :v', false],
  ])('%s is joined by OR: %s', (text, isDisjunction) => {
    expect(condition(text).isDisjunction).toBe(isDisjunction);
  });

  it.each([
    '',
    'a',
    'a =',
    'a = :v)',
    'a = :v) OR (b = :v',
    '(a = :v',
    'a = :v AND',
    'a == :v',
    'a = "x"',
    'a = 5',
    '#missing = :v',
    '#constructor = :v',
    'exists(a)',
    'SIZE(a) = :v',
    'a IN ()',
    'a[b] = :v',
    'a = :v; b = :v',
    'a = :v -- b',
    'ä = :v',
    'a\u00a0= :v',
    `${'('.repeat(200)}a = :v${')'.repeat(200)}`,
    `a = :v${' '.repeat(4100)}`,
  ])('%j is refused', (text) => {
    expect(() => condition(text)).toThrow(refused);
  });
});

describe('an update', () => {
  it.each([
    ['SET a = :v', 'a', ''],
    ['SET #a = :v, b = :w REMOVE c', 'b c secret', ''],
    ['set a = a + :v', 'a', 'a'],
    ['SET a = :v - b', 'a', 'b'],
    ['SET a = if_not_exists(b, :v) + :w', 'a', 'b'],
    ['SET a = list_append(:v, #a)', 'a', 'secret'],
    ['SET a = (:v + b)', 'a', 'b'],
    ['ADD a :v', 'a', 'a'],
    ['DELETE a :v', 'a', 'a'],
    ['SET a.b = :v', 'a', 'a'],
    ['REMOVE a[0]', 'a', 'a'],
    ['REMOVE a, b ADD c :v', 'a b c', 'c'],
  ])('%s writes %s and looks at %s', (text, writes, reads) => {
    const facts = update(text);
    expect([...facts.writes].toSorted().join(' ')).toBe(writes);
    expect([...facts.reads].toSorted().join(' ')).toBe(reads);
  });

  it.each([
    '',
    'a = :v',
    'SET',
    'SET a',
    'SET a = size(b)',
    'SET a = :v SET b = :v',
    'SET a = :v,',
    'ADD a b',
    'SET a = :v + :w + :x',
    'SET a = IF_NOT_EXISTS(a, :v)',
    'REMOVE a = :v',
  ])('%j is refused', (text) => {
    expect(() => update(text)).toThrow(refused);
  });
});

describe('random expressions', () => {
  const pieces = fc.constantFrom(
    ...[
      'a',
      'b',
      '#a',
      '#x',
      ':v',
      '(',
      ')',
      '.',
      '[0]',
      ',',
      '=',
      '<>',
      '<',
      'AND',
      'OR',
      'NOT',
      'IN',
      'BETWEEN',
      'size(',
    ],
    ...[
      'SET',
      'REMOVE',
      'ADD',
      'DELETE',
      '+',
      '-',
      'if_not_exists(',
      'list_append(',
      'attribute_exists(',
      ' ',
      "'",
      '\\',
    ],
  );
  const text = fc.oneof(
    fc.array(pieces, { maxLength: 25 }).map((all) => all.join(' ')),
    fc.array(pieces, { maxLength: 25 }).map((all) => all.join('')),
    fc.string({ unit: 'binary', maxLength: 60 }),
  );

  it('are read or refused, and nothing else happens', () => {
    fc.assert(
      fc.property(text, (each) => {
        for (const read of [condition, update]) {
          try {
            read(each);
          } catch (error) {
            expect(error).toEqual(refused);
          }
        }
      }),
      { numRuns: 10_000 },
    );
  });

  // Built from a model that knows which attributes are in it.
  const path = fc.constantFrom(['a', 'a'], ['b.c', 'b'], ['#a', 'secret'], ['#b[1].x', 'other'], ['d [ 2 ]', 'd']);
  const operand = fc.oneof(
    path.map(([written, name]) => ({ written, names: [name] })),
    path.map(([written, name]) => ({ written: `size(${written})`, names: [name] })),
    fc.constant({ written: ':v', names: [] as (string | undefined)[] }),
  );
  const { built } = fc.letrec<{ built: { written: string; names: (string | undefined)[] } }>((tie) => ({
    built: fc.oneof(
      { depthSize: 'small' },
      fc.tuple(operand, fc.constantFrom('=', '<>', '<', '<=', '>', '>='), operand).map(([a, sign, b]) => ({
        written: `${a.written}${sign}${b.written}`,
        names: [...a.names, ...b.names],
      })),
      fc.tuple(operand, operand, operand).map(([a, b, c]) => ({
        written: `${a.written} between ${b.written} And ${c.written}`,
        names: [...a.names, ...b.names, ...c.names],
      })),
      fc.tuple(operand, fc.array(operand, { minLength: 1, maxLength: 3 })).map(([a, list]) => ({
        written: `${a.written} IN(${list.map(({ written }) => written).join(',')})`,
        names: [...a.names, ...list.flatMap((each) => each.names)],
      })),
      path.map(([written, name]) => ({ written: `attribute_exists(${written})`, names: [name] })),
      fc.tuple(tie('built'), fc.constantFrom('AND', 'or'), tie('built')).map(([a, word, b]) => ({
        written: `${a.written} ${word} (${b.written})`,
        names: [...a.names, ...b.names],
      })),
      tie('built').map((a) => ({ written: `NOT (${a.written})`, names: a.names })),
    ),
  }));

  it('that are conditions are read with every attribute in them', () => {
    fc.assert(
      fc.property(built, ({ written, names: expected }) => {
        expect([...condition(written).reads].toSorted()).toEqual([...new Set(expected)].toSorted());
      }),
      { numRuns: 2_000 },
    );
  });
});
