import { describe, expect, test } from 'vitest';
import { fitWidth } from './display-width.js';

describe('the width of text in terminal columns', () => {
  test.each([
    ['plain', 5],
    ['日本', 4],
    ['ﾊﾝ', 2],
    ['한글', 4],
    ['\u1112\u1161\u11ab', 2],
    ['é', 1],
    ['e\u0301', 1],
    ['ก็', 1],
    ['☕', 2],
    ['❤', 1],
    ['❤\ufe0f', 2],
    ['👨\u200d👩\u200d👧', 2],
    ['👍🏽', 2],
    ['🇩🇪', 2],
    ['\u200b', 0],
    ['─│┌', 3],
    ['', 0],
  ])('%j takes %i', (text, width) => {
    expect(fitWidth(text, 100)).toEqual({ text, width });
  });
});

describe('text that does not fit', () => {
  test('is cut, with an ellipsis that takes one of the columns', () => {
    expect(fitWidth('abcdef', 6)).toEqual({ text: 'abcdef', width: 6 });
    expect(fitWidth('abcdef', 5)).toEqual({ text: 'abcd…', width: 5 });
    expect(fitWidth('abcdef', 1)).toEqual({ text: '…', width: 1 });
  });

  test('is never cut through a wide character or away from its accent', () => {
    expect(fitWidth('日本語', 6)).toEqual({ text: '日本語', width: 6 });
    expect(fitWidth('日本語', 5)).toEqual({ text: '日本…', width: 5 });
    expect(fitWidth('日本語', 4)).toEqual({ text: '日…', width: 3 });
    expect(fitWidth('ae\u0301bc', 3)).toEqual({ text: 'ae\u0301…', width: 3 });
    expect(fitWidth('👨\u200d👩\u200d👧xyz', 4)).toEqual({ text: '👨\u200d👩\u200d👧x…', width: 4 });
  });
});
