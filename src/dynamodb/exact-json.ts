import { HeadgateError } from '../base/errors/headgate-error.js';
import { JsonCursor } from './json-cursor.js';
import { isSafeJsonNumber } from './numbers.js';

/**
 * JSON text as JavaScript values, with every number's digits kept: a number that a double cannot hold becomes
 * `{"$number":"<digits>"}`. Throws REQUEST_INVALID for what is not JSON, for a name that stands twice in one object, and for
 * nesting that no request needs.
 */
export function parseExactJson(text: string): unknown {
  try {
    // Valid once and for all, so that the walk need not doubt.
    JSON.parse(text);
  } catch (cause) {
    throw new HeadgateError('REQUEST_INVALID', 'The text is not valid JSON.', {
      detail: cause instanceof Error ? cause.message : String(cause),
      hint: 'JSON wants double quotes around names and texts, and no comma after the last member.',
      cause,
    });
  }
  return valueAt(new JsonCursor(text), 0);
}

/** Twice the levels of values, for DynamoDB JSON has a level for each type, and some for the request around it. */
const MAX_DEPTH = 80;

function valueAt(cursor: JsonCursor, depth: number): unknown {
  if (depth > MAX_DEPTH)
    throw new HeadgateError('REQUEST_INVALID', `The JSON is nested deeper than ${MAX_DEPTH} levels.`, {
      hint: 'Values of DynamoDB have at most 32 levels.',
    });
  switch (cursor.peek()) {
    case '{':
      return objectAt(cursor, depth);
    case '[': {
      const elements: unknown[] = [];
      cursor.each('[', () => elements.push(valueAt(cursor, depth + 1)));
      return elements;
    }
    case '"':
      return JSON.parse(cursor.string());
    default: {
      const text = cursor.scalar();
      if (text === 'true' || text === 'false' || text === 'null' || isSafeJsonNumber(text)) return JSON.parse(text);
      return { $number: text };
    }
  }
}

function objectAt(cursor: JsonCursor, depth: number): unknown {
  const members = new Map<string, unknown>();
  cursor.each('{', () => {
    const name: string = JSON.parse(cursor.string());
    if (members.has(name)) {
      throw new HeadgateError('REQUEST_INVALID', `The name ${JSON.stringify(name)} stands twice in one object.`, {
        hint: 'Of two members with one name nobody could tell which is meant: leave one out.',
      });
    }
    cursor.take(':');
    members.set(name, valueAt(cursor, depth + 1));
  });
  return Object.fromEntries(members);
}
