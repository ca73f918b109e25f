import { HeadgateError } from '../base/errors/headgate-error.js';
import { nextTurn } from '../base/next-turn.js';

/** Where a value lies in the bytes: from `start` up to, not including, `end`. */
export interface JsonSlice {
  readonly start: number;
  readonly end: number;
  /** Objects directly inside the value: the number of items when it is an array of items. Only where it was stepped over. */
  readonly objects?: number;
}

/**
 * The members of the JSON object that begins at `start`, as byte ranges; nothing inside them is decoded. Names inside
 * items are never mistaken for members, because every value is stepped over whole, with turns of the event loop in between
 * where it is long. The one of the name `list` has its end looked for from behind, which takes no time (see `endOfList`).
 * Throws DYNAMODB_FAILED when the bytes end too early or are not JSON; values are only checked as far as brackets and
 * strings go.
 */
export async function jsonMembers(
  bytes: Uint8Array,
  { start = 0, list }: { readonly start?: number; readonly list?: string } = {},
): Promise<ReadonlyMap<string, JsonSlice>> {
  const members = new Map<string, JsonSlice>();
  let at = stepOver(bytes, skipSpace(bytes, start), OPEN_BRACE);
  at = skipSpace(bytes, at);
  if (bytes[at] === CLOSE_BRACE) return members;
  for (;;) {
    const nameEnd = stringEnd(bytes, stepOver(bytes, at, QUOTE));
    const name = String(parseSlice(bytes, { start: at, end: nameEnd }));
    const valueStart = skipSpace(bytes, stepOver(bytes, skipSpace(bytes, nameEnd), COLON));
    const listEnd = name === list ? endOfList(bytes, valueStart) : undefined;
    const slice = listEnd === undefined ? await sliceAt(bytes, valueStart) : { start: valueStart, end: listEnd };
    members.set(name, slice);
    at = skipSpace(bytes, slice.end);
    if (bytes[at] === CLOSE_BRACE) return members;
    at = skipSpace(bytes, stepOver(bytes, at, COMMA));
  }
}

/** The value of a small member. Safe for keys: DynamoDB writes their numbers as strings. Throws DYNAMODB_FAILED. */
export function parseSlice(bytes: Uint8Array, slice: Pick<JsonSlice, 'start' | 'end'>): unknown {
  try {
    return JSON.parse(decoder.decode(bytes.subarray(slice.start, slice.end)));
  } catch (error) {
    throw notJson(slice.start, error);
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true });

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const CAPITAL_A = 0x41;
const CAPITAL_Z = 0x5a;

/** Bytes that are stepped over in one go, which takes one or two milliseconds. */
const STRETCH_BYTES = 256 * 1024;

async function sliceAt(bytes: Uint8Array, start: number): Promise<JsonSlice> {
  const first = bytes[start];
  if (first === OPEN_BRACE || first === OPEN_BRACKET) {
    const walk = { at: start, depth: 0, objects: 0 };
    while (!reachesEnd(bytes, walk, walk.at + STRETCH_BYTES)) await nextTurn();
    return { start, end: walk.at, objects: walk.objects };
  }
  if (first === QUOTE) return { start, end: stringEnd(bytes, start + 1) };
  const end = scalarEnd(bytes, start);
  if (end === start) throw notJson(start);
  return { start, end };
}

/**
 * The end of the array that begins at `start` and has other members of the answer behind it. In DynamoDB JSON an array inside
 * an item is the only member of its object, so what is written `],"x` can only be behind that array: where the quote ends a
 * string, no letter follows. Undefined when the answer is written in another way, and the array is to be stepped over.
 */
function endOfList(bytes: Uint8Array, start: number): number | undefined {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).lastIndexOf('],"');
  const next = bytes[at + 3] ?? 0;
  const isLetter = next >= CAPITAL_A && next <= CAPITAL_Z;
  return bytes[start] === OPEN_BRACKET && at >= start && isLetter ? at + 1 : undefined;
}

/**
 * Whether the brackets close before `until`. The hot loop: about one step per byte of the answer, so it decodes nothing and
 * calls nothing but for strings.
 */
function reachesEnd(bytes: Uint8Array, walk: { at: number; depth: number; objects: number }, until: number): boolean {
  const end = Math.min(bytes.length, until);
  let { at, depth, objects } = walk;
  while (at < end) {
    const byte = bytes[at++];
    if (byte === QUOTE) {
      at = stringEnd(bytes, at);
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      if (depth === 1 && byte === OPEN_BRACE) objects++;
      depth++;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth--;
      if (depth === 0) break;
    }
  }
  if (depth > 0 && at >= bytes.length) throw notJson(at);
  Object.assign(walk, { at, depth, objects });
  return depth === 0;
}

/** The index after the closing quote of the string whose first character is at `at`. */
function stringEnd(bytes: Uint8Array, at: number): number {
  const length = bytes.length;
  for (let i = at; i < length; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) return i + 1;
    if (byte === BACKSLASH) i++;
  }
  throw notJson(length);
}

function scalarEnd(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && !isSpace(bytes[at]) && bytes[at] !== COMMA && bytes[at] !== CLOSE_BRACE) at++;
  return at;
}

function skipSpace(bytes: Uint8Array, start: number): number {
  let at = start;
  while (isSpace(bytes[at])) at++;
  return at;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function stepOver(bytes: Uint8Array, at: number, byte: number): number {
  if (bytes[at] !== byte) throw notJson(at);
  return at + 1;
}

function notJson(at: number, cause?: unknown): HeadgateError {
  return new HeadgateError('DYNAMODB_FAILED', 'The endpoint sent an answer that is not DynamoDB JSON.', {
    detail: `It cannot be read at byte ${at}.`,
    hint: 'Is the endpoint really DynamoDB, with no proxy that changes answers in between?',
    cause,
  });
}
