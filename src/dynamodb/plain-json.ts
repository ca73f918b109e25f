import { HeadgateError } from '../base/errors/headgate-error.js';
import { JsonCursor } from './json-cursor.js';
import { canonicalNumber, isSafeJsonNumber } from './numbers.js';

/**
 * DynamoDB JSON made plain, losslessly, text to text:
 *
 * | DynamoDB   | plain                                                                              |
 * | ---------- | ---------------------------------------------------------------------------------- |
 * | S          | string                                                                             |
 * | N          | number; a string with all its digits where a double could not hold them            |
 * | BOOL, NULL | true, false, null                                                                  |
 * | L, M       | array, object; a map whose only key begins with `$` becomes `{"$map":{...}}`       |
 * | SS, NS, BS | `{"$set":[...]}`                                                                   |
 * | B          | `{"$binary":"<base64>"}`                                                           |
 *
 * This one takes a whole item, `{"id":{"S":"x"}}`; the item itself is never wrapped, since it can only be a map. Members
 * stand in the order of their names, so that equal values have equal texts. Throws INTERNAL when the text is not an item.
 */
export function plainJsonOfItem(itemJson: string): string {
  return plainMembers(new JsonCursor(itemJson)).text;
}

/** As `plainJsonOfItem`, for one value such as `{"N":"5"}`. */
export function plainJsonOfValue(attributeValueJson: string): string {
  return plainValue(new JsonCursor(attributeValueJson));
}

function plainValue(cursor: JsonCursor): string {
  cursor.take('{');
  const type = cursor.string();
  cursor.take(':');
  const plain = plainPayload(cursor, type);
  cursor.take('}');
  return plain;
}

function plainPayload(cursor: JsonCursor, type: string): string {
  switch (type) {
    case '"S"':
      return cursor.string();
    case '"N"':
      return plainNumber(cursor);
    case '"BOOL"':
      return cursor.scalar();
    case '"NULL"':
      cursor.scalar();
      return 'null';
    case '"M"':
      return plainMap(cursor);
    case '"L"':
      return plainArray(cursor, plainValue);
    case '"B"':
      return plainBinary(cursor);
    case '"SS"':
      return `{"$set":${plainArray(cursor, (each) => each.string())}}`;
    case '"NS"':
      return `{"$set":${plainArray(cursor, plainNumber)}}`;
    case '"BS"':
      return `{"$set":${plainArray(cursor, plainBinary)}}`;
    default:
      throw new HeadgateError('INTERNAL', `An attribute value has the type ${type}, which Headgate does not know.`);
  }
}

function plainMap(cursor: JsonCursor): string {
  const { text, names } = plainMembers(cursor);
  const [only = '', ...others] = names;
  return others.length === 0 && beginsWithDollar(only) ? `{"$map":${text}}` : text;
}

/** DynamoDB may give the same map in another order each time, and SQL compares the texts. */
function plainMembers(cursor: JsonCursor): { text: string; names: string[] } {
  const members: { readonly name: string; readonly value: string }[] = [];
  cursor.each('{', () => {
    const name = cursor.string();
    cursor.take(':');
    members.push({ name, value: plainValue(cursor) });
  });
  members.sort((a, b) => (a.name.slice(0, -1) < b.name.slice(0, -1) ? -1 : 1));
  return {
    text: `{${members.map(({ name, value }) => `${name}:${value}`).join(',')}}`,
    names: members.map(({ name }) => name),
  };
}

function plainArray(cursor: JsonCursor, element: (cursor: JsonCursor) => string): string {
  let text = '';
  cursor.each('[', () => {
    text += (text === '' ? '' : ',') + element(cursor);
  });
  return `[${text}]`;
}

function plainNumber(cursor: JsonCursor): string {
  const quoted = cursor.string();
  const digits = quoted.slice(1, -1);
  if (!isSafeJsonNumber(digits)) return quoted;
  // The same number has the same text, whether it came with an exponent or with a hundred zeros.
  return digits.length <= MAX_PLAIN_LENGTH && JSON_NUMBER.test(digits) ? digits : canonicalNumber(digits);
}

function plainBinary(cursor: JsonCursor): string {
  return `{"$binary":${cursor.string()}}`;
}

/** JSON has no `+5`, `.5`, `5.` and `05`, which the text of a DynamoDB number may be in an emulator. */
const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** No number longer than this is plain in its canonical form, but for its sign and point. */
const MAX_PLAIN_LENGTH = 38;

/** `name` is as written in JSON, with its quotes. */
function beginsWithDollar(name: string): boolean {
  return name.startsWith('"$') || name.startsWith('"\\u0024');
}
