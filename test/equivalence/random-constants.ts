import type { ColumnType, NumberType } from '../../src/catalog/column-type.js';
import type { AttributeValue } from '../../src/dynamodb/attribute-value.js';
import type { Choices } from './choices.js';
import { type ExactNumber, exactNumber, integerDigits, plainDigits } from './exact-number.js';
import { TEXTS } from './random-values.js';

/** Types that constants and comparisons are made for. */
export type ScalarType = Extract<ColumnType, { kind: 'string' | 'boolean' | 'binary' }> | NumberType;

/** The type as one of the scalar ones; undefined for lists, sets, structs and JSON. */
export function scalar(type: ColumnType): ScalarType | undefined {
  switch (type.kind) {
    case 'set':
    case 'list':
    case 'struct':
    case 'json':
      return undefined;
    default:
      return type;
  }
}

export function isNumber(type: ColumnType): type is NumberType {
  return ['bigint', 'hugeint', 'decimal', 'double'].includes(type.kind);
}

/**
 * A SQL literal to compare a place of this type with: most often one of its values, or right beside one, so that the
 * condition finds something and its ends matter. It can be compared without an error.
 */
export function constant(choices: Choices, type: ScalarType, values: readonly AttributeValue[]): string {
  switch (type.kind) {
    case 'string':
      return textLiteral(textConstant(choices, values));
    case 'boolean':
      return choices.pick(['true', 'false']);
    case 'binary':
      return blobConstant(choices, values);
    default:
      return numberConstant(choices, type, values);
  }
}

export function textLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** One of the texts, or a neighbour of it in text order. */
export function textConstant(choices: Choices, values: readonly AttributeValue[]): string {
  const texts = values.flatMap((value) => ('S' in value ? [value.S] : []));
  const text = texts.length === 0 || choices.chance(10) ? choices.pick(TEXTS) : choices.pick(texts);
  const points = [...text];
  return choices.branch([
    [6, () => text],
    [2, () => points.slice(0, choices.upTo(points.length)).join('')],
    [1, () => `${text}a`],
    [1, () => `${text} `],
    [1, () => text.toUpperCase()],
    [1, () => ''],
    [1, () => `${points.slice(0, -1).join('')}${points.length === 0 ? 'a' : nextCharacter(points.at(-1) ?? '')}`],
  ]);
}

function nextCharacter(character: string): string {
  const next = (character.codePointAt(0) ?? 0) + 1;
  return next > 0x10ffff ? character : String.fromCodePoint(next === 0xd800 ? 0xe000 : next);
}

function blobConstant(choices: Choices, values: readonly AttributeValue[]): string {
  const blobs = values.flatMap((value) => ('B' in value ? [Buffer.from(value.B, 'base64')] : []));
  const bytes = blobs.length === 0 ? Buffer.from([1]) : choices.pick(blobs);
  const hex = choices
    .pick([bytes, bytes, bytes, bytes.subarray(0, 1), Buffer.concat([bytes, Buffer.from([0])]), Buffer.from([])])
    .toString('hex');
  const escaped = hex.replace(/../g, (pair) => `\\x${pair.toUpperCase()}`);
  return choices.pick([`'${escaped}'::BLOB`, `from_hex('${hex}')`]);
}

function numberConstant(choices: Choices, type: NumberType, values: readonly AttributeValue[]): string {
  const numbers = values.flatMap((value) => ('N' in value ? [exactNumber(value.N)] : []));
  const base = numbers.length === 0 ? exactNumber('1') : choices.pick(numbers);
  const near = neighbour(choices, base);
  const chosen = fits(near, type) ? near : fits(base, type) ? base : exactNumber('0');
  return written(choices, chosen, type);
}

function neighbour(choices: Choices, { unscaled, scale }: ExactNumber): ExactNumber {
  return choices.branch<ExactNumber>([
    [8, () => ({ unscaled, scale })],
    [1, () => ({ unscaled: unscaled + 1n, scale })],
    [1, () => ({ unscaled: unscaled - 1n, scale })],
    [1, () => ({ unscaled: unscaled * 10n + 1n, scale: scale + 1 })],
    [1, () => ({ unscaled: unscaled * 100n - 1n, scale: scale + 2 })],
    [1, () => ({ unscaled: -unscaled, scale })],
    [1, () => exactNumber('0')],
    [
      1,
      () =>
        exactNumber(
          choices.pick(['1', '0.5', '100', '9'.repeat(18), '9'.repeat(38), `-${'9'.repeat(38)}`, `1${'0'.repeat(38)}`]),
        ),
    ],
  ]);
}

/** Whether DuckDB can bring column and constant to one type without an error. */
function fits(number: ExactNumber, type: NumberType): boolean {
  const [precision, scale] =
    type.kind === 'decimal'
      ? [type.precision, type.scale]
      : type.kind === 'double'
        ? [30, 15]
        : [type.kind === 'bigint' ? 19 : 39, 0];
  const integer = Math.max(precision - scale, integerDigits(number));
  return number.scale === 0 && scale === 0 ? integer <= 39 : integer + Math.max(scale, number.scale) <= 38;
}

/** Whether two digits after the point may leave no room for those before it. */
function isWide(type: NumberType): boolean {
  return type.kind === 'hugeint' || (type.kind === 'decimal' && type.precision === 38);
}

/** The same number in one of the ways that SQL writes it. */
function written(choices: Choices, number: ExactNumber, type: NumberType): string {
  const plain = plainDigits(number);
  const short = number.unscaled.toString().length <= 17;
  return choices.branch([
    [8, () => plain],
    [short ? 1 : 0, () => `${plain}e0`],
    [number.scale === 0 && short && !isWide(type) ? 1 : 0, () => `${plain}.00`],
    [number.scale === 0 && short && (type.kind === 'bigint' || type.kind === 'hugeint') ? 1 : 0, () => `'${plain}'`],
    [short ? 1 : 0, () => `CAST('${plain}' AS DOUBLE)`],
    [number.scale === 0 && short ? 1 : 0, () => `CAST(${plain} AS HUGEINT)`],
  ]);
}
