import type { HeadgateError, Position } from '../../base/errors/headgate-error.js';
import { fitWidth } from '../formats/display-width.js';
import { visibleText } from '../formats/visible-text.js';

export interface ShowErrorOptions {
  /** The statement, to show the line that the error points to. */
  readonly sql: string | undefined;
  readonly colour: boolean;
  /** Columns of the terminal; the statement's line is cut to fit. */
  readonly width: number;
  /** Also show the stacks of the error and of its causes. */
  readonly debug: boolean;
}

/** The error as people read it, ending in a newline: what happened, why, where, what to do, and its code. */
export function showError(error: HeadgateError, options: ShowErrorOptions): string {
  const { sql, width } = options;
  const paint = (style: keyof typeof STYLES, text: string) =>
    options.colour ? `${STYLES[style]}${text}${PLAIN}` : text;
  const lines = [`${paint('red', 'error:')} ${printable(error.message)}`];
  if (error.detail !== undefined) lines.push(printable(error.detail));
  if (error.position !== undefined && sql !== undefined) lines.push(...pointAt(error.position, sql, width));
  if (error.hint !== undefined) lines.push(`${paint('cyan', 'hint:')} ${printable(error.hint)}`);
  lines.push(paint('dim', `code: ${error.code}`));
  if (options.debug) lines.push(...stacks(error));
  return `${lines.join('\n')}\n`;
}

const STYLES = { red: '\u001b[1;31m', cyan: '\u001b[36m', dim: '\u001b[2m' };
const PLAIN = '\u001b[0m';

/** Errors quote names and values, which may hold what a terminal would obey. */
function printable(text: string): string {
  return text.split('\n').map(visibleText).join('\n');
}

/**
 * The line of the statement with its number, and a caret under the column:
 *   3 | WHERE orgin = 'SEA'
 *     |       ^
 */
function pointAt(position: Position, sql: string, width: number): string[] {
  const line = sql.split(/\r\n|\r|\n/)[position.line - 1];
  if (line === undefined) return [`at line ${position.line}, column ${position.column}`];
  const characters = Array.from(line.trimEnd(), (character) => (character === '\t' ? '  ' : visibleText(character)));
  const number = String(position.line);
  const room = Math.max(20, width - number.length - '   | '.length);

  const caret = Math.min(position.column - 1, characters.length);
  const start = firstShown(characters, caret, room);
  const before = (start > 0 ? '…' : '') + characters.slice(start, caret).join('');
  const text = fitWidth(before + characters.slice(caret).join(''), room).text;
  return [`  ${number} | ${text}`, `  ${' '.repeat(number.length)} | ${' '.repeat(textWidth(before))}^`];
}

/** Where a line begins that is too long: late enough to leave a third of the room for what follows the caret. */
function firstShown(characters: readonly string[], caret: number, room: number): number {
  if (textWidth(characters.join('')) <= room) return 0;
  let start = caret;
  let taken = 1; // the sign that something is cut
  while (start > 0) {
    taken += textWidth(characters[start - 1] ?? '');
    if (taken > (room * 2) / 3) break;
    start--;
  }
  return start;
}

function textWidth(text: string): number {
  return fitWidth(text, Number.POSITIVE_INFINITY).width;
}

function stacks(error: unknown): string[] {
  if (!(error instanceof Error)) return error === undefined ? [] : [String(error)];
  return [error.stack ?? error.message, ...stacks(error.cause)];
}
