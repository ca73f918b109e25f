/**
 * Text that takes at most `limit` terminal columns, and how many it takes. What does not fit is cut, and `…` says so.
 * The text must be free of control characters (visible-text.ts). `limit` is at least 1.
 */
export function fitWidth(text: string, limit: number): { readonly text: string; readonly width: number } {
  if (PRINTABLE_ASCII.test(text)) {
    if (text.length <= limit) return { text, width: text.length };
    return { text: `${text.slice(0, limit - 1)}…`, width: limit };
  }
  let width = 0;
  let index = 0;
  let fitting = { end: 0, width: 0 };
  let previous = '';
  for (const character of text) {
    width += addedWidth(character, previous);
    if (width > limit) return { text: `${text.slice(0, fitting.end)}…`, width: fitting.width + 1 };
    index += character.length;
    // Marks that take no room of their own stay with the character before them.
    if (width < limit) fitting = { end: index, width };
    previous = character;
  }
  return { text, width };
}

const PRINTABLE_ASCII = /^[ -~]*$/;
const ZERO_WIDTH_JOINER = '\u200d';
const EMOJI_STYLE = '\ufe0f';
/** Combining marks, invisible format characters, and the Hangul letters that complete a syllable before them. */
const NO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]$/u;
const REGIONAL_INDICATOR = /^\p{Regional_Indicator}$/u;
/** Wide and fullwidth blocks of Unicode's EastAsianWidth.txt, which regular expressions have no property for. */
const EAST_ASIAN_WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18cff}\u{1aff0}-\u{1b2ff}\u{20000}-\u{3fffd}]$/u;

/** How many columns a character adds after the one before it; terminals differ in rare cases. */
function addedWidth(character: string, previous: string): number {
  if (PRINTABLE_ASCII.test(character)) return 1;
  if (previous === ZERO_WIDTH_JOINER) return 0;
  if (character === EMOJI_STYLE) return /^\p{Emoji}$/u.test(previous) && !isWide(previous) ? 1 : 0;
  if (NO_WIDTH.test(character)) return 0;
  if (/^\p{Emoji_Modifier}$/u.test(character) && /^\p{Emoji_Modifier_Base}$/u.test(previous)) return 0;
  return isWide(character) ? 2 : 1;
}

function isWide(character: string): boolean {
  // Two regional indicators make one flag, which is as wide as two columns.
  if (REGIONAL_INDICATOR.test(character)) return false;
  return EAST_ASIAN_WIDE.test(character) || /^\p{Emoji_Presentation}$/u.test(character);
}
