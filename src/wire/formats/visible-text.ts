/** Longest value, in UTF-16 units, that a table shows whole: items go up to 400 KB, and nobody reads that in a terminal. */
const MAX_LENGTH = 10_000;

/**
 * What a terminal would obey instead of show: controls (ESC starts commands), line and paragraph separators, lone
 * surrogates, and the marks that reorder the text around them.
 */
const UNSAFE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u;
const EACH_UNSAFE = new RegExp(`\r\n|${UNSAFE.source}`, 'gu');

/**
 * The text as a terminal may show it, on one line: line ends as `⏎`, other controls as `\t`, `\x1b` or `\u202e`. Text of
 * more than 10 000 characters is cut and ends in `…`.
 */
export function visibleText(text: string): string {
  const shown = text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH).replace(/[\ud800-\udbff]$/, '')}…` : text;
  return UNSAFE.test(shown) ? shown.replace(EACH_UNSAFE, visibleCharacter) : shown;
}

function visibleCharacter(character: string): string {
  if (character === '\n' || character === '\r\n') return '⏎';
  if (character === '\t') return '\\t';
  if (character === '\r') return '\\r';
  const code = character.charCodeAt(0);
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
