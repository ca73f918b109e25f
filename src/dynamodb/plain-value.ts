import { HeadgateError } from '../base/errors/headgate-error.js';
import type { AttributeValue, Item } from './attribute-value.js';
import { isSafeJsonNumber } from './numbers.js';

/**
 * Attribute values as plain JSON values and back, without loss through any reader of JSON: the form of `plain-json.ts`, but
 * for numbers, because a string must be told from a number here.
 *
 * | DynamoDB   | plain                                                                                    |
 * | ---------- | ---------------------------------------------------------------------------------------- |
 * | S          | string                                                                                   |
 * | N          | number; `{"$number":"<digits>"}` where a double could not hold it                        |
 * | BOOL, NULL | true, false, null                                                                        |
 * | L, M       | array, object; an object that would be read as something else becomes `{"$map":{...}}`   |
 * | SS, NS, BS | `{"$set":[...]}`                                                                         |
 * | B          | `{"$binary":"<base64>"}`                                                                 |
 *
 * With `typed`, as for actions, `{"type":"N","value":"1.50"}` says the type of a value too.
 */
export type PlainValue =
  | string
  | number
  | boolean
  | null
  | readonly PlainValue[]
  | { readonly [name: string]: PlainValue };
export type PlainItem = { readonly [name: string]: PlainValue };

export interface PlainForm {
  readonly typed: boolean;
}

export function plainOfItem(item: Item, form: PlainForm): PlainItem {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plainOfValue(value, form)]));
}

export function plainOfValue(value: AttributeValue, form: PlainForm): PlainValue {
  if ('S' in value) return value.S;
  if ('N' in value) return plainNumber(value.N);
  if ('BOOL' in value) return value.BOOL;
  if ('NULL' in value) return null;
  if ('B' in value) return { $binary: value.B };
  if ('SS' in value) return { $set: value.SS };
  if ('NS' in value) return { $set: value.NS.map(plainNumber) };
  if ('BS' in value) return { $set: value.BS.map((each) => ({ $binary: each })) };
  if ('L' in value) return value.L.map((each) => plainOfValue(each, form));
  const map = plainOfItem(value.M, form);
  return isMarked(map) || (form.typed && typeOf(map) !== undefined) ? { $map: map } : map;
}

/** An item is never a mark: its members are its attributes, whatever they are called. Throws REQUEST_INVALID. */
export function itemOfPlain(plain: unknown, at: string, form: PlainForm): Item {
  return Object.fromEntries(
    Object.entries(objectOf(plain, at)).map(([name, value]) => [name, valueOfPlain(value, `${at}.${name}`, form)]),
  );
}

/** `at` is the path of the value, for errors. Throws REQUEST_INVALID. Whether DynamoDB takes the value is not looked at. */
export function valueOfPlain(plain: unknown, at: string, form: PlainForm): AttributeValue {
  if (typeof plain === 'string') return { S: plain };
  if (typeof plain === 'number') return { N: String(plain) };
  if (typeof plain === 'boolean') return { BOOL: plain };
  if (plain === null) return { NULL: true };
  if (Array.isArray(plain)) return { L: plain.map((each, index) => valueOfPlain(each, `${at}[${index}]`, form)) };
  const object = objectOf(plain, at);
  const type = form.typed ? typeOf(object) : undefined;
  if (type !== undefined) return typedValue(type, object['value'], at);
  if (!isMarked(object)) return { M: itemOfPlain(object, at, form) };
  const [[mark, content] = ['', undefined]] = Object.entries(object);
  switch (mark) {
    case '$number':
      return { N: textOf(content, at) };
    case '$binary':
      return { B: textOf(content, at) };
    case '$set':
      return setOf(content, at);
    case '$map':
      return { M: itemOfPlain(content, at, form) };
    default:
      return { M: itemOfPlain(object, at, form) };
  }
}

const TYPES = ['S', 'N', 'B', 'BOOL', 'NULL', 'SS', 'NS', 'BS', 'L', 'M'] as const;
type TypeName = (typeof TYPES)[number];

/** The type that `{"type":"N","value":"1.50"}` names; undefined for an object that is none of this form. */
function typeOf(object: Readonly<Record<string, unknown>>): TypeName | undefined {
  const names = Object.keys(object);
  const isForm = names.length === 2 && names.includes('type') && names.includes('value');
  return isForm ? TYPES.find((type) => type === object['type']) : undefined;
}

function typedValue(type: TypeName, value: unknown, at: string): AttributeValue {
  const typed = { typed: true };
  switch (type) {
    case 'S':
      return { S: textOf(value, at) };
    case 'N':
      return { N: digitsOf(value, at) };
    case 'B':
      return { B: textOf(value, at) };
    case 'BOOL':
      if (typeof value !== 'boolean') throw fault(at, 'expected true or false', value);
      return { BOOL: value };
    case 'NULL':
      if (value !== null && value !== true) throw fault(at, 'expected null', value);
      return { NULL: true };
    case 'SS':
      return { SS: listOf(value, at).map((each, index) => textOf(each, `${at}[${index}]`)) };
    case 'NS':
      return { NS: listOf(value, at).map((each, index) => digitsOf(each, `${at}[${index}]`)) };
    case 'BS':
      return { BS: listOf(value, at).map((each, index) => textOf(each, `${at}[${index}]`)) };
    case 'L':
      return { L: listOf(value, at).map((each, index) => valueOfPlain(each, `${at}[${index}]`, typed)) };
    case 'M':
      return { M: itemOfPlain(value, at, typed) };
  }
}

/** The type of a set is that of its first element, so an empty one has none. */
function setOf(content: unknown, at: string): AttributeValue {
  const list = listOf(content, at);
  const [first] = list;
  if (first === undefined) throw fault(at, 'a set has at least one element', content);
  if (typeof first === 'string') return { SS: list.map((each, index) => textOf(each, `${at}[${index}]`)) };
  if (typeof first === 'number' || markOf(first) === '$number') {
    return { NS: list.map((each, index) => numberElement(each, `${at}[${index}]`)) };
  }
  return { BS: list.map((each, index) => binaryElement(each, `${at}[${index}]`)) };
}

function numberElement(element: unknown, at: string): string {
  if (typeof element === 'string') throw fault(at, 'expected a number, as the first of its set is one', element);
  return digitsOf(element, at);
}

function binaryElement(element: unknown, at: string): string {
  if (markOf(element) !== '$binary') {
    throw fault(at, 'a set holds only strings, only numbers, or only {"$binary": ...}', element);
  }
  return textOf(objectOf(element, at)['$binary'], at);
}

function digitsOf(value: unknown, at: string): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return value;
  if (markOf(value) !== '$number') throw fault(at, 'expected a number', value);
  return textOf(objectOf(value, at)['$number'], at);
}

function plainNumber(text: string): PlainValue {
  return isSafeJsonNumber(text) ? Number(text) : { $number: text };
}

/** Whether the object has one member, whose name begins with `$`: the form of the marks, of which there may be more one day. */
function isMarked(object: object): boolean {
  return markOf(object) !== undefined;
}

function markOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const [only, ...others] = Object.keys(value);
  return others.length === 0 && only?.startsWith('$') ? only : undefined;
}

function objectOf(value: unknown, at: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw fault(at, 'expected an object', value);
  // Any object of JSON can be read so.
  return value as Readonly<Record<string, unknown>>;
}

function listOf(value: unknown, at: string): readonly unknown[] {
  if (!Array.isArray(value)) throw fault(at, 'expected a list', value);
  return value;
}

function textOf(value: unknown, at: string): string {
  if (typeof value !== 'string') throw fault(at, 'expected text', value);
  return value;
}

function fault(at: string, message: string, value: unknown): HeadgateError {
  const text = JSON.stringify(value) ?? 'nothing';
  return new HeadgateError(
    'REQUEST_INVALID',
    `${at}: ${message}, got ${text.length > 60 ? `${text.slice(0, 57)}...` : text}`,
  );
}
