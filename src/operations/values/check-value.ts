import type { AttributeValue, Item } from '../../dynamodb/attribute-value.js';
import { canonicalNumber, parseNumber } from '../../dynamodb/numbers.js';
import { invalid } from '../refuse.js';
import { asList, asObject, described } from '../request/json-value.js';

/**
 * A value in DynamoDB JSON, as DynamoDB takes it: one of its ten types, numbers of 38 digits in its range, sets with elements
 * that differ, at most 32 levels (dynamodb-numbers 5, 6). Throws REQUEST_INVALID with the path of the fault.
 */
export function checkedValue(value: unknown, at: string, depth = 1): AttributeValue {
  const object = asObject(value, at);
  const [type = '', ...others] = Object.keys(object);
  if (type === '' || others.length > 0)
    throw invalid(at, `expected a value of one type, such as {"S": "x"}, got ${described(value)}`);
  if (depth > MAX_DEPTH) throw invalid(at, `it is nested deeper than DynamoDB's ${MAX_DEPTH} levels`);
  const content = object[type];
  switch (type) {
    case 'S':
      return { S: checkedText(content, at) };
    case 'N':
      return { N: checkedNumber(content, at) };
    case 'B':
      return { B: checkedBinary(content, at) };
    case 'BOOL':
      if (typeof content !== 'boolean') throw invalid(at, `expected true or false, got ${described(content)}`);
      return { BOOL: content };
    case 'NULL':
      if (content !== true) throw invalid(at, `expected NULL to be true, got ${described(content)}`);
      return { NULL: true };
    case 'SS':
      return { SS: checkedSet(content, at, { check: checkedText, same: (text) => text }) };
    case 'NS':
      return { NS: checkedSet(content, at, { check: checkedNumber, same: canonicalNumber }) };
    case 'BS':
      return { BS: checkedSet(content, at, { check: checkedBinary, same: (text) => text }) };
    case 'L':
      return { L: asList(content, at).map((each, index) => checkedValue(each, `${at}[${index}]`, depth + 1)) };
    case 'M':
      return { M: checkedMembers(content, at, depth + 1) };
    default:
      throw invalid(at, `${JSON.stringify(type)} is none of the types S, N, B, BOOL, NULL, SS, NS, BS, L, M`);
  }
}

/** An item or a key, as `checkedValue`. */
export function checkedItem(item: unknown, at: string): Item {
  return checkedMembers(item, at, 1);
}

const MAX_DEPTH = 32;
/** Exponents of the first digit (dynamodb-numbers 6). */
const SMALLEST_EXPONENT = -130;
const LARGEST_EXPONENT = 125;
const MAX_DIGITS = 38;

function checkedMembers(object: unknown, at: string, depth: number): Item {
  const members = Object.entries(asObject(object, at));
  return Object.fromEntries(
    members.map(([name, value]) => {
      if (name === '') throw invalid(at, 'the name of an attribute is empty');
      return [name, checkedValue(value, `${at}.${name}`, depth)];
    }),
  );
}

function checkedText(content: unknown, at: string): string {
  if (typeof content !== 'string') throw invalid(at, `expected text, got ${described(content)}`);
  return content;
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,6})?$/;

function checkedNumber(content: unknown, at: string): string {
  if (typeof content !== 'string') throw invalid(at, `expected the text of a number, got ${described(content)}`);
  if (!NUMBER.test(content)) throw invalid(at, `expected a number, got ${described(content)}`);
  const { digits, magnitude } = parseNumber(content);
  if (digits.length > MAX_DIGITS)
    throw invalid(at, `a number has at most ${MAX_DIGITS} digits, this one has ${digits.length}`);
  const exponent = magnitude - 1;
  if (digits !== '' && (exponent < SMALLEST_EXPONENT || exponent > LARGEST_EXPONENT)) {
    throw invalid(at, `a number lies between 1E-130 and 9.99E+125 in size, got ${described(content)}`);
  }
  return content;
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function checkedBinary(content: unknown, at: string): string {
  if (typeof content !== 'string' || !BASE64.test(content))
    throw invalid(at, `expected base64 text, got ${described(content)}`);
  return content;
}

function checkedSet(
  content: unknown,
  at: string,
  { check, same }: { readonly check: (each: unknown, at: string) => string; readonly same: (text: string) => string },
): readonly string[] {
  const elements = asList(content, at).map((each, index) => check(each, `${at}[${index}]`));
  if (elements.length === 0) throw invalid(at, 'a set has at least one element');
  const seen = new Set<string>();
  for (const [index, element] of elements.entries()) {
    const key = same(element);
    if (seen.has(key))
      throw invalid(`${at}[${index}]`, `a set has no element twice, this one has ${described(element)}`);
    seen.add(key);
  }
  return elements;
}
