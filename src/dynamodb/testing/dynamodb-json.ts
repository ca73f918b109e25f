import { HeadgateError } from '../../base/errors/headgate-error.js';
import { JsonCursor } from '../json-cursor.js';

/**
 * The inverse of `plainJsonOfValue`: one plain JSON value as DynamoDB JSON, `5` to `{"N":"5"}`. Numbers keep every digit as
 * written. A string stays a string, also one that plain JSON made of a number with more digits than a double holds: write
 * such a number as a number, and it comes back as one. Throws PARAMETER_INVALID.
 */
export function dynamodbJsonOfPlain(plainJson: string): string {
  return valueText(readPlain(plainJson));
}

/** The inverse of `plainJsonOfItem`: a plain JSON object as an item, never as a set or binary. Throws PARAMETER_INVALID. */
export function dynamodbItemOfPlain(plainJson: string): string {
  const plain = readPlain(plainJson);
  if (plain.kind !== 'object') throw invalid('An item must be a JSON object.');
  return membersText(plain);
}

/** Plain JSON with names, strings and numbers as they are written. */
type Plain =
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, Plain> }
  | { readonly kind: 'array'; readonly elements: readonly Plain[] }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'word'; readonly text: string };
type PlainObject = Extract<Plain, { kind: 'object' }>;

function readPlain(text: string): Plain {
  try {
    // Valid once and for all, so that the walk need not doubt.
    JSON.parse(text);
  } catch (cause) {
    throw invalid('The value is not valid JSON.', cause);
  }
  return readValue(new JsonCursor(text), 0);
}

/** Levels of nesting that DynamoDB takes (dynamodb-numbers 5). */
const MAX_DEPTH = 32;

function readValue(cursor: JsonCursor, depth: number): Plain {
  if (depth > MAX_DEPTH) throw invalid(`The value is nested deeper than DynamoDB's ${MAX_DEPTH} levels.`);
  switch (cursor.peek()) {
    case '{':
      return readObject(cursor, depth);
    case '[': {
      const elements: Plain[] = [];
      cursor.each('[', () => elements.push(readValue(cursor, depth + 1)));
      return { kind: 'array', elements };
    }
    case '"':
      return { kind: 'string', text: cursor.string() };
    default: {
      const text = cursor.scalar();
      return { kind: text === 'true' || text === 'false' || text === 'null' ? 'word' : 'number', text };
    }
  }
}

function readObject(cursor: JsonCursor, depth: number): PlainObject {
  const members = new Map<string, Plain>();
  cursor.each('{', () => {
    // One spelling per name, so that the same name with and without escapes counts as the same.
    const name = JSON.stringify(JSON.parse(cursor.string()));
    if (members.has(name)) throw invalid(`The name ${name} occurs twice in one object.`);
    cursor.take(':');
    members.set(name, readValue(cursor, depth + 1));
  });
  return { kind: 'object', members };
}

function valueText(plain: Plain): string {
  switch (plain.kind) {
    case 'object':
      return objectText(plain);
    case 'array':
      return `{"L":[${plain.elements.map(valueText).join(',')}]}`;
    case 'string':
      return `{"S":${plain.text}}`;
    case 'number':
      return `{"N":"${plain.text}"}`;
    case 'word':
      return plain.text === 'null' ? '{"NULL":true}' : `{"BOOL":${plain.text}}`;
  }
}

/** A map, or what one of the `$` words stands for. Any other name that begins with `$` is a name like all others. */
function objectText(plain: PlainObject): string {
  const [only] = plain.members.size === 1 ? plain.members : [];
  if (only !== undefined) {
    const [name, value] = only;
    if (name === '"$set"') return setText(value);
    if (name === '"$binary"') return `{"B":${base64Text(value)}}`;
    if (name === '"$map"') {
      if (value.kind !== 'object') throw invalid('{"$map": ...} must hold an object.');
      return `{"M":${membersText(value)}}`;
    }
  }
  return `{"M":${membersText(plain)}}`;
}

function membersText({ members }: PlainObject): string {
  return `{${[...members].map(([name, value]) => `${name}:${valueText(value)}`).join(',')}}`;
}

/** One number makes it a number set: numbers beyond a double's digits stand in it as strings. */
function setText(value: Plain): string {
  if (value.kind !== 'array' || value.elements.length === 0) {
    throw invalid('{"$set": ...} must hold an array with at least one element.');
  }
  const { elements } = value;
  if (elements.every((each) => each.kind === 'object')) return `{"BS":[${elements.map(binaryElement).join(',')}]}`;
  if (elements.every((each) => each.kind === 'string'))
    return `{"SS":[${elements.map((each) => each.text).join(',')}]}`;
  return `{"NS":[${elements.map(numberElement).join(',')}]}`;
}

function numberElement(plain: Plain): string {
  if (plain.kind === 'number') return `"${plain.text}"`;
  if (plain.kind === 'string' && /^"[-+.\deE]+"$/.test(plain.text)) return plain.text;
  throw invalid('A set holds only strings, only numbers, or only binary values.');
}

function binaryElement(plain: PlainObject): string {
  const value = plain.members.get('"$binary"');
  if (value === undefined || plain.members.size > 1) {
    throw invalid('A set of objects can only hold {"$binary": ...}.');
  }
  return base64Text(value);
}

function base64Text(plain: Plain): string {
  if (plain.kind === 'string' && /^"[A-Za-z0-9+/]*={0,2}"$/.test(plain.text)) return plain.text;
  throw invalid('{"$binary": ...} must hold base64 text.');
}

function invalid(message: string, cause?: unknown): HeadgateError {
  return new HeadgateError('PARAMETER_INVALID', message, cause === undefined ? {} : { detail: String(cause), cause });
}
