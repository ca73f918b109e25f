import type { AttributeValue } from '../../src/dynamodb/attribute-value.js';
import type { Choices } from './choices.js';

/** Texts with prefixes of each other, quotes, LIKE's own characters, and the edges of what UTF-8 orders. */
export const TEXTS: readonly string[] = [
  ...['a', 'ab', 'abc', 'b', 'B', 'Ab', 'zz', '', ' ', '0', '9', '10', 'null', 'true', '2001-01-01'],
  ...["it's", '"q"', '100%', 'a_b', 'a%b', 'a\\b', 'tab\tbreak\n', 'é', 'e\u0301', '\u007f', '\ud7ff', '\ue000'],
  ...['\uffff', '🦜', '🦜x', '\u{10ffff}', '{"a":1}', '$x'],
];

const SMALL = ['0', '1', '-1', '2', '3', '7', '10', '-10', '100', '1000'];
const LONG = ['999999999999999999', '-999999999999999999', '9007199254740993', '123456789012'];
const HUGE = [
  ...['99999999999999999999999999999999999999', '-99999999999999999999999999999999999999', '9223372036854775807'],
  ...['9223372036854775808', '-9223372036854775809', '18446744073709551616', '12345678901234567890'],
];
const DECIMALS = ['0.5', '1.25', '-1.25', '0.1', '0.3', '99.99', '-0.01', '10', '0', '1E-3', '7.5', '2E2'];
const FINE = ['1E-10', '-1E-10', '12345678901234567890.12345', '0.000000000000000001', '3', '0.1', '-7.25'];
const WILD = [
  '1E-130',
  '9.9E+125',
  '-9.9E+125',
  '1E+40',
  '0.1',
  '3',
  '-2.5',
  '1E-38',
  '123456789012345678901234567890',
];

/** What the values of an attribute look like. */
export type NumberFlavour = 'small' | 'long' | 'huge' | 'decimal' | 'fine' | 'wild';

const NUMBERS: Readonly<Record<NumberFlavour, readonly string[]>> = {
  small: SMALL,
  long: [...SMALL, ...LONG],
  huge: [...SMALL, ...HUGE],
  decimal: DECIMALS,
  fine: FINE,
  wild: WILD,
};

/** A few texts, for an attribute to draw from: so that conditions and joins find something. */
export function someTexts(choices: Choices, { empty }: { readonly empty: boolean }): string[] {
  return choices.some(
    TEXTS.filter((text) => empty || text !== ''),
    2 + choices.upTo(6),
  );
}

/** A few numbers as DynamoDB is given them. */
export function someNumbers(choices: Choices, flavour: NumberFlavour): string[] {
  return choices.some(NUMBERS[flavour], 2 + choices.upTo(5));
}

/** Base64 of a few byte strings, prefixes of each other among them. */
export function someBinaries(choices: Choices): string[] {
  const bytes = [[0], [0, 0], [1], [1, 2], [127], [128], [255], [255, 255], [65, 92, 120], [39], [34, 92]];
  return choices.some(bytes, 2 + choices.upTo(4)).map((each) => Buffer.from(each).toString('base64'));
}

/** One value of any DynamoDB type, for attributes of mixed types and for strays. */
export function anyValue(choices: Choices, depth = 0): AttributeValue {
  return choices.branch<AttributeValue>([
    [3, () => ({ S: choices.pick(TEXTS) })],
    [3, () => ({ N: choices.pick([...SMALL, ...HUGE, ...DECIMALS, ...WILD]) })],
    [1, () => ({ BOOL: choices.chance(50) })],
    [1, () => ({ NULL: true })],
    [1, () => ({ B: choices.pick(someBinaries(choices)) })],
    [1, () => ({ SS: someTexts(choices, { empty: true }) })],
    [1, () => ({ NS: someNumbers(choices, 'decimal') })],
    [1, () => ({ BS: someBinaries(choices) })],
    [depth > 1 ? 0 : 2, () => ({ L: Array.from({ length: choices.upTo(3) }, () => anyValue(choices, depth + 1)) })],
    [depth > 1 ? 0 : 2, () => ({ M: anyMap(choices, depth) })],
  ]);
}

function anyMap(choices: Choices, depth: number): Record<string, AttributeValue> {
  const names = choices.some(['a', 'b', 'A', '$set', '$map', 'x y', 'é', '', 'S'], choices.upTo(3));
  return Object.fromEntries(names.map((name) => [name, anyValue(choices, depth + 1)]));
}
