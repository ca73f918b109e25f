import { describe, expect, test } from 'vitest';
import { EditedText } from './edited-text.js';

describe('edits', () => {
  test('replace, insert and remove, whatever their order', () => {
    const text = EditedText.of('SELECT a FROM b');
    const edited = text.edit([
      { start: 14, end: 15, text: 'é' },
      { start: 0, end: 0, text: '(' },
      { start: 7, end: 9, text: '' },
    ]);
    expect(edited.text).toBe('(SELECT FROM é');
  });

  test('count bytes, and their text is ordinary text', () => {
    expect(EditedText.of("'é' x").edit([{ start: 5, end: 6, text: '𝄞' }]).text).toBe("'é' 𝄞");
  });

  test('at one place keep their order', () => {
    const edited = EditedText.of('ab').edit([
      { start: 1, end: 1, text: '1' },
      { start: 1, end: 1, text: '2' },
    ]);
    expect(edited.text).toBe('a12b');
  });
});

describe('a position', () => {
  test('counts lines and characters from 1', () => {
    const text = EditedText.of("SELECT\n  '𝄞é', x");
    expect(text.position(0)).toEqual({ line: 1, column: 1 });
    expect(text.position(text.bytes.indexOf('x'))).toEqual({ line: 2, column: 9 });
  });

  test('is the one in the original, after any number of edits', () => {
    const text = EditedText.of('EXPLAIN SELECT ? FROM demo.flights WHERE x = ?');
    const once = text.edit([{ start: 0, end: 8, text: '' }]);
    const twice = once.edit([
      { start: once.bytes.indexOf('?'), end: once.bytes.indexOf('?') + 1, text: "'a long value'" },
      { start: once.bytes.indexOf('demo'), end: once.bytes.indexOf(' WHERE'), text: 'ref_0 AS flights' },
    ]);
    expect(twice.text).toBe("SELECT 'a long value' FROM ref_0 AS flights WHERE x = ?");
    const column = (word: string) => twice.position(twice.bytes.indexOf(word)).column;
    expect(column('SELECT')).toBe(9);
    expect(column("'a long")).toBe(16);
    expect(column('ref_0')).toBe(23);
    expect(column('WHERE')).toBe(36);
    expect(twice.position(twice.bytes.length).column).toBe('EXPLAIN SELECT ? FROM demo.flights WHERE x = ?'.length + 1);
  });

  test('inside what an edit put in is where the edit was', () => {
    const edited = EditedText.of('a b c').edit([{ start: 2, end: 3, text: 'long text' }]);
    expect(edited.position(edited.bytes.indexOf('text')).column).toBe(3);
  });
});
