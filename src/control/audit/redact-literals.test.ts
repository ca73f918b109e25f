import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactLiterals } from './redact-literals.js';

describe('a redacted statement', () => {
  it.each([
    ["select * from demo.t where a = 'x' and b = 12", 'select * from demo.t where a = ? and b = ?'],
    ["select 'it''s', '' , ''''", 'select ?, ? , ?'],
    ['select 1, 1.5, .5, 5., 1e10, 1.5E-7, 1_000, 0xFF, -3', 'select ?, ?, ?, ?, ?, ?, ?, ?, -?'],
    ["select E'a\\n', e'b', x'ff', B'01', N'n', U&'d'", 'select ?, ?, ?, ?, ?, ?'],
    ['select $$a $1 b$$, $t$ $$ $t$, $é$x$é$', 'select ?, ?, ?'],
    ['select t1.a2, "t 1"."b""2", _x9, a$1, ünï1', 'select t1.a2, "t 1"."b""2", _x9, a$1, ünï1'],
    ['select ?, ?2, $1, $name, :named', 'select ?, ?2, $1, $name, :named'],
    ["select a -- 'secret' 5\nfrom t /* where b = 'x' * / */ limit 5", 'select a  \nfrom t   limit ?'],
    ["select a-1, a/2, a->>'b' from t", 'select a-?, a/?, a->>? from t'],
    ["INSERT INTO \"Music\" value {'Artist':'A','n':{'x':<<1,2>>}}", 'INSERT INTO "Music" value {?:?,?:{?:<<?,?>>}}'],
    ["select `ion 'literal`, 1", 'select ?, ?'],
    ["select 1'a', 'b'2, c'd'", 'select ??, ??, c?'],
    ['', ''],
  ])('keeps all but the literals of %s', (statement, redacted) => {
    expect(redactLiterals(statement)).toBe(redacted);
  });

  it.each([
    ["select a, 'secret", 'select a, ?'],
    ["select a, E'secret\\'", 'select a, ?'],
    ['select a, $$secret', 'select a, ?'],
    ['select a, $tag$secret$other$', 'select a, ?'],
    ['select a, "secret', 'select a, ?'],
    ['select a, `secret', 'select a, ?'],
    ["select a /* 'secret", 'select a ?'],
    ["select a, /* /* */ 'x */ secret'", 'select a, ?'],
    ["select a, E'x\\' , 'secret', 'y'", 'select a, ?'],
    ["select a, 1E'x\\' , secret", 'select a, ??'],
  ])('ends with one ? where it is not clear how %s is to be read', (statement, redacted) => {
    expect(redactLiterals(statement)).toBe(redacted);
  });

  it('holds no part of any literal of random statements, and all the rest', () => {
    const pieces = fc.array(fc.oneof(...PIECES), { maxLength: 40 });
    const property = fc.property(pieces, (parts) => {
      const statement = parts.map(([text]) => text).join(' ');
      const expected = parts.map(([, redacted]) => redacted).join(' ');
      expect(redactLiterals(statement)).toBe(expected);
    });
    fc.assert(property, { numRuns: 5000 });
  });

  it('holds no part of a literal when the statement is cut anywhere', () => {
    const pieces = fc.array(fc.oneof(...PIECES), { minLength: 1, maxLength: 12 });
    const property = fc.property(pieces, fc.nat(), (parts, at) => {
      const statement = parts.map(([text]) => text).join(' ');
      const redacted = redactLiterals(statement.slice(0, at % (statement.length + 1)));
      expect(redacted).not.toMatch(/[жЖ7-9]/);
    });
    fc.assert(property, { numRuns: 5000 });
  });

  it('is the same when it is redacted again, whatever the text', () => {
    const unit = fc.constantFrom(...`ab1.e-_'"$/*\\?\`\n xE&U:[]{}<>,;éж\ud800`);
    const text = fc.oneof(fc.string({ unit, maxLength: 60 }), fc.string({ unit: 'binary', maxLength: 60 }));
    const property = fc.property(text, (statement) => {
      const once = redactLiterals(statement);
      expect(redactLiterals(once)).toBe(once);
      // Nothing that could be a value is left outside names.
      const bare = once.replaceAll(/"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}\p{M}_$]*|[?$][0-9]+/gu, '');
      expect(bare).not.toMatch(/['`]|\p{N}/u);
    });
    fc.assert(property, { numRuns: 20_000 });
  });

  it.each([
    ['strings', "'a''b'"],
    ['one string', "''"],
    ['backslashes', "\\'"],
    ['tags', '$a$b'],
    ['openings', '/*'],
    ['stars', '*/ * /'],
    ['numbers', '1e'],
    ['names', 'a$'],
    ['quotes', '"'],
  ])('is made in linear time of megabytes of %s', (_, unit) => {
    for (const start of ['', "'", "E'", '$q$', '/*', '"', '1', 'a']) {
      const startMs = performance.now();
      redactLiterals(start + unit.repeat(2_000_000 / unit.length));
      expect(performance.now() - startMs).toBeLessThan(5000);
    }
  });
});

/** Values are made of ж, Ж and 7 to 9, which stand in nothing else. */
const value = fc.string({ unit: fc.constantFrom('ж', 'Ж', '7', '8', '9'), minLength: 1, maxLength: 6 });
const noise = fc.string({
  unit: fc.constantFrom('ж', '8', ' ', '"', '`', '--', '/*', '*/', '$$', '?', '\n', ';'),
  maxLength: 8,
});
const digits = fc.string({ unit: fc.constantFrom('7', '8', '9'), minLength: 1, maxLength: 6 });
type Piece = readonly [text: string, redacted: string];

const NAMES = [
  'select',
  'from',
  'demo.t',
  '"T ""1"" \'"',
  'a1',
  '_b',
  '$1',
  '$name',
  '?',
  '?2',
  '(',
  ')',
  ',',
  '=',
  '->',
  '-',
  '/',
  '[',
  '{',
  '<<',
  '::',
  ';',
];

const PIECES: readonly fc.Arbitrary<Piece>[] = [
  fc.constantFrom(...NAMES).map((name): Piece => [name, name]),
  noise.map((text): Piece => [`'${text.replaceAll("'", "''")}'`, '?']),
  fc.tuple(value, value).map(([a, b]): Piece => [`'${a}''${b}'`, '?']),
  fc.tuple(fc.constantFrom('E', 'e'), noise, value).map(([e, a, b]): Piece => [`${e}'${a}\\\\${b}\\n''${b}'`, '?']),
  fc.tuple(fc.constantFrom('x', 'B', 'n', 'U&'), value).map(([prefix, a]): Piece => [`${prefix}'${a}'`, '?']),
  noise.filter((text) => !text.includes('$')).map((text): Piece => [`$$${text}'$$`, '?']),
  fc.tuple(fc.constantFrom('q', 'tag_1'), noise).map(([tag, text]): Piece => [`$${tag}$${text}'$${tag}$`, '?']),
  fc.tuple(digits, digits).map(([a, b]): Piece => [`${a}.${b}`, '?']),
  fc.tuple(digits, digits, fc.constantFrom('e', 'E', 'e-', 'E+')).map(([a, b, e]): Piece => [`${a}${e}${b}`, '?']),
  digits.map((a): Piece => [`.${a}`, '?']),
  digits.map((a): Piece => [`0x${a}F_${a}`, '?']),
  value.map((a): Piece => [`-- '${a}\n`, ' \n']),
  value.map((a): Piece => [`/* '${a} " $ */`, ' ']),
];
