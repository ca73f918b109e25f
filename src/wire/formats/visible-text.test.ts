import { expect, test } from 'vitest';
import { visibleText } from './visible-text.js';

test('line ends become one sign each and other controls their escapes', () => {
  expect(visibleText('a\nb\r\nc\rd\te\0')).toBe('a⏎b⏎c\\rd\\te\\x00');
});

test('nothing that a terminal obeys gets through', () => {
  expect(visibleText('\u001b[2J\u009b1m\u007f\u0007')).toBe('\\x1b[2J\\x9b1m\\x7f\\x07');
  expect(visibleText('\u202eevil\u2066\u200f\u2028\ufeff')).toBe('\\u202eevil\\u2066\\u200f\\u2028\\ufeff');
});

test('half of a surrogate pair is shown as its code', () => {
  expect(visibleText('\ud83dx')).toBe('\\ud83dx');
});

test('other text stays as it is', () => {
  expect(visibleText('naïve 日本 👨\u200d👩\u200d👧 C:\\temp')).toBe('naïve 日本 👨\u200d👩\u200d👧 C:\\temp');
});

test('very long text is cut with an ellipsis, never through a character', () => {
  expect(visibleText('x'.repeat(10_000))).toBe('x'.repeat(10_000));
  expect(visibleText('x'.repeat(10_001))).toBe(`${'x'.repeat(10_000)}…`);
  expect(visibleText(`x${'😀'.repeat(6_000)}`)).toBe(`x${'😀'.repeat(4_999)}…`);
});
