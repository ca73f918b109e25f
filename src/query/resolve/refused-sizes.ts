import { HeadgateError } from '../../base/errors/headgate-error.js';
import { formatCount } from '../../base/format-quantity.js';
import type { EditedText } from '../parse/edited-text.js';
import { type AstNode, isNode, locationOf, nodesOf, textMember } from '../parse/parse-statement.js';

/** Values of a list, or characters of a text, that one call may make. */
const MAX_SIZE = 1_000_000;
/** Steps of a function that looks at each value of one argument for each value of another. */
const MAX_STEPS = 100_000_000;

/** Functions that compare every character of one text with every character of the other. */
const QUADRATIC = new Set(['levenshtein', 'editdist3', 'damerau_levenshtein']);

/**
 * Throws SQL_REFUSED when a FUNCTION node makes a huge value out of constants. DuckDB computes such calls while it plans, each
 * in one go: neither its memory limit nor a timeout or cancellation reaches it there.
 */
export function checkSize(node: AstNode, text: EditedText): void {
  const name = textMember(node, 'function_name').toLowerCase();
  const children = nodesOf(node['children']);
  const size = madeSize(name, children);
  if (size !== undefined && size > MAX_SIZE) {
    throw tooLarge(node, text, `${name} would make a value of ${formatCount(size)} elements`);
  }
  if (!QUADRATIC.has(name) && !children.some(({ class: kind }) => kind === 'LAMBDA')) return;
  const steps = children.map(sizeOf).reduce((product, each) => product * each, 1);
  if (steps > MAX_STEPS) throw tooLarge(node, text, `${name} would take ${formatCount(steps)} steps`);
}

function tooLarge(node: AstNode, text: EditedText, message: string): HeadgateError {
  const offset = locationOf(node);
  return new HeadgateError('SQL_REFUSED', message, {
    detail: `Such a value is made in one go, which nothing can stop; at most ${formatCount(MAX_SIZE)} elements are allowed.`,
    hint: 'Use smaller numbers. To get many rows, write range or generate_series in FROM: SELECT ... FROM range(...).',
    ...(offset === undefined ? {} : { position: text.position(offset) }),
  });
}

/** How many elements the largest value has that an expression computes from constants; 1 where that is unknown. */
function sizeOf(node: AstNode): number {
  if (node['class'] === 'CONSTANT') return Math.max(1, textOf(node)?.length ?? 1);
  if (node['class'] === 'CAST' && isNode(node['child'])) return sizeOf(node['child']);
  if (node['class'] === 'LAMBDA' && isNode(node['expr'])) return sizeOf(node['expr']);
  if (node['class'] !== 'FUNCTION') return 1;
  const children = nodesOf(node['children']);
  const made = madeSize(textMember(node, 'function_name').toLowerCase(), children) ?? 1;
  return Math.max(1, made, ...children.map(sizeOf));
}

/** Elements of the value that a call makes; undefined for functions that make nothing larger, and for unknown arguments. */
function madeSize(name: string, children: readonly AstNode[]): number | undefined {
  const size = sizeMadeBy(name, children);
  return Number.isFinite(size) ? size : undefined;
}

function sizeMadeBy(name: string, [first, second, third]: readonly AstNode[]): number {
  switch (name) {
    case 'range':
    case 'generate_series':
      return second === undefined ? numberOf(first) : Math.abs(spanOf(first, second) / stepOf(third));
    case 'repeat':
      return numberOf(second) * (first === undefined ? 1 : sizeOf(first));
    case 'bitstring':
    case 'lpad':
    case 'rpad':
    case 'list_resize':
    case 'array_resize':
      return numberOf(second);
    case 'format':
    case 'printf':
      return Math.max(0, ...(textOf(first)?.match(/\d+/g) ?? []).map(Number));
    default:
      return Number.NaN;
  }
}

/** Numbers, or milliseconds between moments. */
function spanOf(from: AstNode | undefined, to: AstNode): number {
  const [start, end] = [momentOf(from), momentOf(to)];
  return start === undefined || end === undefined ? numberOf(to) - numberOf(from) : end - start;
}

const MILLISECONDS: Readonly<Record<string, number>> = {
  microsecond: 1e-3,
  millisecond: 1,
  second: 1e3,
  minute: 60e3,
  hour: 3600e3,
};

/** A number, or milliseconds of an interval shorter than a day; longer ones never make too many. */
function stepOf(node: AstNode | undefined): number {
  if (node === undefined) return 1;
  const written = isNode(node['child']) ? /^(\d+) (\w+?)s?$/.exec(textOf(node['child']) ?? '') : undefined;
  if (written) return Number(written[1]) * (MILLISECONDS[written[2] ?? ''] ?? Number.NaN);
  const unit = /^to_(\w+?)s$/.exec(textMember(node, 'function_name'))?.[1];
  if (unit === undefined) return numberOf(node);
  return (MILLISECONDS[unit] ?? Number.NaN) * numberOf(nodesOf(node['children'])[0]);
}

/** The value of constant arithmetic; NaN for everything else. */
function numberOf(node: AstNode | undefined): number {
  if (node === undefined) return Number.NaN;
  if (node['class'] === 'CAST' && isNode(node['child'])) return numberOf(node['child']);
  if (node['class'] === 'CONSTANT' && isNode(node['value'])) return constantNumber(node['value']);
  const [left, right] = nodesOf(node['children']);
  switch (textMember(node, 'function_name')) {
    case '+':
      return numberOf(left) + numberOf(right);
    case '-':
      return right === undefined ? -numberOf(left) : numberOf(left) - numberOf(right);
    case '*':
      return numberOf(left) * numberOf(right);
    case '**':
    case '^':
    case 'pow':
    case 'power':
      return numberOf(left) ** numberOf(right);
    default:
      return Number.NaN;
  }
}

function constantNumber({ value, type }: AstNode): number {
  const info = isNode(type) && isNode(type['type_info']) ? type['type_info'] : {};
  // A number past 64 bits comes in two halves: too large for any of these functions, and DuckDB says so.
  return isNode(value) ? Number.NaN : Number(value) / 10 ** Number(info['scale'] ?? 0);
}

function momentOf(node: AstNode | undefined): number | undefined {
  const child = node?.['class'] === 'CAST' && isNode(node['child']) ? textOf(node['child']) : undefined;
  const moment = child === undefined ? Number.NaN : Date.parse(`${child.replace(' ', 'T').slice(0, 19)}Z`);
  return Number.isNaN(moment) ? undefined : moment;
}

function textOf(node: AstNode | undefined): string | undefined {
  const constant = node?.['class'] === 'CONSTANT' ? node['value'] : undefined;
  return isNode(constant) && typeof constant['value'] === 'string' ? constant['value'] : undefined;
}
