import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPartiql, withSource } from './read-partiql.js';

const refused = expect.objectContaining({ code: 'REQUEST_INVALID' });

function inShort(text: string): string {
  const { kind, source, reads, readsNested, returns } = readPartiql(text);
  const told = [[...reads].toSorted().join(','), readsNested ? 'nested' : '', returns ? 'returns' : ''];
  return [kind, source.parts.join('|'), ...told.filter((each) => each !== '')].join(' ');
}

describe('a statement', () => {
  it.each([
    ['SELECT * FROM events', 'SELECT events'],
    ['select * from "events"', 'SELECT events'],
    ['SELECT a, "b".c[0], d FROM "shop"."events"."by day" WHERE a = ?', 'SELECT shop|events|by day a'],
    [`SELECT * FROM "a-b.c" WHERE begins_with("k", 'x''y') AND size(b) > 3`, 'SELECT a-b.c b,k'],
    ['SELECT * FROM t WHERE k IN [1, 2.5, -3] AND NOT a IS MISSING ORDER BY k DESC, s', 'SELECT t a,k'],
    ['SELECT * FROM t WHERE k BETWEEN ? AND ? OR (a = 1 AND b IS NOT NULL)', 'SELECT t a,b,k'],
    ['EXISTS(SELECT * FROM "t" WHERE k = ? AND a = 1)', 'EXISTS t a,k'],
    [`INSERT INTO t VALUE {'k': ?, 'l': [1, <<'a','b'>>], 'm': {'n': null}}`, 'INSERT t'],
    ['INSERT INTO t VALUE ?', 'INSERT t'],
    ['UPDATE t SET a = ? SET b = {} REMOVE c WHERE k = ?', 'UPDATE t k'],
    ['UPDATE "shop"."t" SET a=1, b=2 WHERE k=1 AND s=2', 'UPDATE shop|t k,s'],
    ['UPDATE t SET a = b WHERE k = ?', 'UPDATE t b,k'],
    ['UPDATE t SET a = a + 1 WHERE k = ?', 'UPDATE t a,k'],
    ["UPDATE t SET a = list_append(l, ['x']) WHERE k = ?", 'UPDATE t k,l'],
    ["UPDATE t SET a = set_add(a, <<'x'>>) WHERE k = ?", 'UPDATE t a,k'],
    ['UPDATE t SET m.a = 1 WHERE k = ?', 'UPDATE t k nested'],
    ['UPDATE t SET a = 1 WHERE k = ? AND t.secret = 1', 'UPDATE t k,t nested'],
    ['UPDATE t SET a = 1 WHERE k = ? RETURNING ALL OLD *', 'UPDATE t k returns'],
    ['update t remove a where k = ? returning modified new *', 'UPDATE t k returns'],
    ['DELETE FROM t WHERE k = ?', 'DELETE t k'],
    ['DELETE FROM t WHERE k = ? AND secret > 5 RETURNING ALL OLD *', 'DELETE t k,secret returns'],
    ["DELETE FROM t WHERE k = 'x RETURNING ALL OLD *'", 'DELETE t k'],
    ['DELETE FROM t WHERE k = ? AND "WHERE" = 1', 'DELETE t WHERE,k'],
  ])('%s is %s', (text, expected) => {
    expect(inShort(text)).toBe(expected);
  });

  it.each([
    '',
    ';',
    'SELECT * FROM a; DELETE FROM b',
    'SELECT * FROM a;',
    'SELECT * FROM a, b',
    'SELECT * FROM a JOIN b ON a.k = b.k',
    'SELECT * FROM a AS x',
    'SELECT * FROM a x',
    'SELECT * FROM (SELECT * FROM a)',
    'SELECT COUNT(*) FROM a',
    'SELECT * FROM a WHERE k IN (SELECT k FROM b)',
    'SELECT * FROM a WHERE EXISTS(SELECT * FROM b)',
    'SELECT * FROM a UNION SELECT * FROM b',
    'SELECT * FROM a GROUP BY k',
    'SELECT * FROM a LIMIT 1',
    'SELECT * FROM a -- comment',
    'SELECT * FROM a /* comment */',
    "SELECT * FROM a WHERE k = 'open",
    'SELECT * FROM "open',
    'SELECT * FROM "a""b"',
    'SELECT * FROM a.b.c.d',
    "SELECT * FROM 'a'",
    'SELECT * FROM ?',
    "SELECT * FROM a WHERE k = 'x\\' OR k = 'y'",
    'SELECT * FROM a WHERE k = `ion`',
    'SELECT * FROM a WHERE evil(k) = 1',
    'SELECT * FROM a\u00a0WHERE k = 1',
    'INSERT INTO t {}',
    "INSERT INTO t VALUE {'k': other}",
    "INSERT INTO t VALUE {'k': 1} RETURNING ALL OLD *",
    "INSERT INTO t VALUES ({'k': 1})",
    "INSERT INTO t VALUE {'k': 1} ON CONFLICT DO UPDATE EXCLUDED",
    "REPLACE INTO t VALUE {'k': 1}",
    "UPSERT INTO t VALUE {'k': 1}",
    'UPDATE t SET a = 1',
    'UPDATE t WHERE k = 1',
    'UPDATE t SET a = evil(1) WHERE k = 1',
    'UPDATE t SET a = (SELECT * FROM b) WHERE k = 1',
    'UPDATE t SET a = WHERE WHERE k = 1',
    'DELETE FROM t',
    'DELETE FROM t WHERE k = ? RETURNING',
    'DELETE FROM t WHERE k = ? RETURNING ALL OLD *, a',
    'DROP TABLE t',
    `SELECT * FROM t WHERE ${'('.repeat(100)}k = 1${')'.repeat(100)}`,
    `SELECT * FROM t WHERE k = '${'x'.repeat(8192)}'`,
    '1e5 FROM t',
    'SELECT * FROM t WHERE k = 1x',
  ])('%s is refused', (text) => {
    expect(() => readPartiql(text)).toThrow(refused);
  });

  it('that is refused tells where', () => {
    expect(() => readPartiql('SELECT *\nFROM a, b')).toThrow(
      expect.objectContaining({
        position: { line: 2, column: 7 },
        message: 'PartiQL: expected the end of the statement, got ","',
      }),
    );
  });
});

describe('another name of the table', () => {
  it.each([
    ['SELECT * FROM shop.orders WHERE k = 1', 'SELECT * FROM "orders" WHERE k = 1'],
    ['SELECT * FROM"shop" . "orders"WHERE k = \'shop.orders\'', 'SELECT * FROM"orders"WHERE k = \'shop.orders\''],
    ['INSERT INTO shop.orders VALUE ?', 'INSERT INTO "orders" VALUE ?'],
  ])('stands where it stood: %s', (text, expected) => {
    const written = withSource(text, readPartiql(text).source, ['orders']);
    expect(written).toBe(expected);
    expect(readPartiql(written).source.parts).toEqual(['orders']);
  });
});

describe('random statements', () => {
  const pieces = fc.constantFrom(
    ...[
      'SELECT',
      'FROM',
      'WHERE',
      'INSERT',
      'INTO',
      'VALUE',
      'UPDATE',
      'SET',
      'REMOVE',
      'DELETE',
      'RETURNING',
      'EXISTS',
    ],
    ...[
      '*',
      'a',
      '"b"',
      "'c'",
      '1',
      '?',
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      '<<',
      '>>',
      ',',
      '.',
      '=',
      ':',
      '-',
      'AND',
      'NOT',
    ],
    ...['ALL', 'OLD', 'IN', 'IS', 'MISSING', 'ORDER', 'BY', ';', '--', '/*', '"', "'", '\\', '`', 'size(', 'set_add('],
  );
  const text = fc.oneof(
    fc.array(pieces, { maxLength: 30 }).map((all) => all.join(' ')),
    fc.array(pieces, { maxLength: 30 }).map((all) => all.join('')),
    fc
      .tuple(
        fc.constantFrom('SELECT * FROM', 'DELETE FROM a WHERE', 'UPDATE a SET b ='),
        fc.array(pieces, { maxLength: 12 }),
      )
      .map(([begin, all]) => `${begin} ${all.join(' ')}`),
    fc.string({ unit: 'binary', maxLength: 60 }),
  );

  it('are read or refused, and nothing else happens; what is read names its verb first', () => {
    fc.assert(
      fc.property(text, (each) => {
        try {
          const { kind } = readPartiql(each);
          expect(each.trimStart().toUpperCase().startsWith(kind)).toBe(true);
        } catch (error) {
          expect(error).toEqual(refused);
        }
      }),
      { numRuns: 10_000 },
    );
  });

  // Built from a model that knows the table and the attributes in it, in any case and with any space.
  const name = fc.constantFrom('a', 'b1', 'key', 'ab_c');
  const written = fc.tuple(name, fc.boolean()).map(([each, quoted]) => ({ each, text: quoted ? `"${each}"` : each }));
  const value = fc.constantFrom('?', '1', '-2.5e3', "'it''s = \"x\" -- AND'", "{'a':[1,<<2>>]}", 'true', 'Null');
  const compared = fc.oneof(
    fc.tuple(written, value).map(([a, v]) => ({ text: `${a.text} = ${v}`, names: [a.each] })),
    fc.tuple(written, written).map(([a, b]) => ({ text: `${a.text}<>${b.text}`, names: [a.each, b.each] })),
    fc.tuple(written, value).map(([a, v]) => ({ text: `${a.text} in [${v}, ${v}]`, names: [a.each] })),
    fc.tuple(written, value).map(([a, v]) => ({ text: `contains(${a.text}, ${v})`, names: [a.each] })),
    written.map((a) => ({ text: `${a.text} Is Not Missing`, names: [a.each] })),
  );
  const where = fc
    .array(fc.tuple(compared, fc.constantFrom('AND', 'or', 'AND NOT')), { minLength: 1, maxLength: 4 })
    .map((all) => ({
      text: all.map(([{ text: each }, word], index) => (index === 0 ? `(${each})` : `${word} ${each}`)).join('\n '),
      names: all.flatMap(([{ names }]) => names),
    }));
  const returning = fc.constantFrom('', ' RETURNING ALL OLD *', '\treturning Modified New *');

  it('are read with the table, every attribute that is looked at, and whether they return', () => {
    fc.assert(
      fc.property(written, written, value, where, returning, (table, attribute, literal, condition, back) => {
        const statements = [
          { kind: 'DELETE', text: `DELETE FROM ${table.text} WHERE ${condition.text}${back}`, names: condition.names },
          {
            kind: 'UPDATE',
            text: `update ${table.text} set z=${literal}, y = ${attribute.text} + ${literal} remove x where ${condition.text}${back}`,
            names: [...condition.names, attribute.each],
          },
        ];
        for (const { kind, text: each, names } of statements) {
          const read = readPartiql(each);
          expect([read.kind, read.source.parts, read.returns]).toEqual([kind, [table.each], back !== '']);
          expect([...read.reads].toSorted()).toEqual([...new Set(names)].toSorted());
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
