import { AwsError } from './aws-error.js';
import { SERIALIZATION } from './error-types.js';

/**
 * Throws SerializationException unless the body is JSON of one object, in UTF-8, in which no object has a name twice. The
 * gateway decides by what it reads, and DynamoDB acts by what it reads: of two members with one name they could take
 * different ones, such as a table that may be read and one that may not.
 */
export function checkJson(body: Buffer): void {
  const { members, depth } = shapeOf(body);
  if (depth > DEPTH_MAX) throw refused(`it is nested more than ${DEPTH_MAX} levels deep`);
  const value = parse(body);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refused('it is no object');
  if (countMembers(value) !== members) throw refused('an object has two members of the same name');
}

/** DynamoDB takes 32 levels of values, and each of them takes two of JSON; a few stand around them. */
const DEPTH_MAX = 128;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(body));
  } catch {
    throw refused('it is no valid JSON in UTF-8');
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
/** Of `{` and `[`, and of `}` and `]`, which differ in one bit. */
const OPEN = 0x5b;
const CLOSE = 0x5d;
const BRACE_BIT = 0x20;

/** What is outside of strings: how many members are written, and how deep it goes. Right for JSON, and bounded for anything. */
function shapeOf(body: Buffer): { members: number; depth: number } {
  let members = 0;
  let depth = 0;
  let deepest = 0;
  for (let i = 0; i < body.length; i++) {
    // The loop ends before the bytes do.
    const byte = body[i] as number;
    if (byte === QUOTE) i = endOfString(body, i);
    else if (byte === COLON) members += 1;
    else if ((byte & ~BRACE_BIT) === OPEN) deepest = Math.max(deepest, ++depth);
    else if ((byte & ~BRACE_BIT) === CLOSE) depth -= 1;
  }
  return { members, depth: deepest };
}

/** The place of the quote that ends the string, or the end of the bytes. */
function endOfString(body: Buffer, start: number): number {
  for (let end = body.indexOf(QUOTE, start + 1); end >= 0; end = body.indexOf(QUOTE, end + 1)) {
    let before = end - 1;
    while (body[before] === BACKSLASH) before -= 1;
    // An even number of backslashes are escaped ones.
    if ((end - 1 - before) % 2 === 0) return end;
  }
  return body.length;
}

function countMembers(root: object): number {
  let count = 0;
  const open: object[] = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    const members: unknown[] = Object.values(value);
    if (!Array.isArray(value)) count += members.length;
    for (const member of members) if (typeof member === 'object' && member !== null) open.push(member);
  }
  return count;
}

function refused(why: string): AwsError {
  return new AwsError(SERIALIZATION, `The body of the request was not understood: ${why}.`);
}
