import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { ResultField, ResultType, ResultValue } from '../../query/result.js';
import { readsBackExactly } from './exact-number.js';
import { uniqueNames } from './unique-names.js';
import { bytesOf, entryOf, listOf, numberOf, textOf, unionOf } from './value-shape.js';

type WriteValue = (value: ResultValue) => string;

/** `exact`: numbers that a reader with doubles would change are JSON strings. `json`: all digits, as JSON numbers. */
export type JsonNumbers = 'exact' | 'json';

/**
 * Returns the function that writes values of a type as JSON text on one line. Text is built, never JavaScript objects, so
 * field order, `__proto__` and the digits inside json values survive. NaN and the infinities become JSON strings, and so do
 * numbers that a reader with doubles would change, unless `numbers` says otherwise.
 */
export function jsonWriter(type: ResultType, numbers: JsonNumbers = 'exact'): WriteValue {
  const write = presentValueWriter(type, numbers);
  return (value) => (value === null ? 'null' : write(value));
}

/** Returns the function that writes the values of a row or a struct as a JSON object, later equal names numbered. */
export function jsonObjectWriter(
  fields: readonly ResultField[],
  numbers: JsonNumbers = 'exact',
): (values: readonly ResultValue[]) => string {
  const names = uniqueNames(fields.map((field) => field.name));
  const members = fields.map((field, index) => ({
    name: `${jsonText(names[index] ?? field.name)}:`,
    write: jsonWriter(field.type, numbers),
  }));
  return (values) => {
    let text = '';
    members.forEach(({ name, write }, index) => {
      text += (index === 0 ? '' : ',') + name + write(values[index] ?? null);
    });
    return `{${text}}`;
  };
}

function presentValueWriter(type: ResultType, numbers: JsonNumbers): WriteValue {
  switch (type.kind) {
    case 'boolean':
      return String;
    case 'integer':
    case 'decimal':
      return numbers === 'exact' ? exactNumber : String;
    case 'float':
      return floatingNumber;
    case 'json':
      return embeddedJson;
    case 'blob':
      return (value) => `"${base64(bytesOf(value))}"`;
    case 'list':
      return listWriter(jsonWriter(type.element, numbers));
    case 'struct': {
      const write = jsonObjectWriter(type.fields, numbers);
      return (value) => write(listOf(value));
    }
    case 'map':
      return type.key.kind === 'text'
        ? textMapWriter(jsonWriter(type.value, numbers))
        : listWriter(entryWriter(jsonWriter(type.key, numbers), jsonWriter(type.value, numbers)));
    case 'union':
      return unionWriter(type.members, (member) => jsonWriter(member, numbers));
    case 'null':
      return () => 'null';
    case 'text':
    case 'enum':
    case 'uuid':
    case 'bit':
    case 'temporal':
      return (value) => jsonText(textOf(value));
  }
}

/** Returns the function that writes a union as its value, by the writer of the member that its tag names. */
export function unionWriter<Text>(
  members: readonly ResultField[],
  writer: (type: ResultType) => (value: ResultValue) => Text,
): (value: ResultValue) => Text {
  const writers = new Map(members.map((member) => [member.name, writer(member.type)]));
  return (value) => {
    const { tag, value: inner } = unionOf(value);
    const write = writers.get(tag);
    if (write === undefined) throw new HeadgateError('INTERNAL', `A union value has the unknown tag ${tag}.`);
    return write(inner);
  };
}

/** Bytes as base64 text, the form that blobs have in every text format. */
export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

function exactNumber(value: ResultValue): string {
  if (typeof value === 'number') return String(value);
  const digits = String(value);
  return readsBackExactly(digits) ? digits : `"${digits}"`;
}

/** The shortest digits that give the same double; JSON.stringify would lose the sign of minus zero and make NaN null. */
function floatingNumber(value: ResultValue): string {
  const number = numberOf(value);
  if (Object.is(number, -0)) return '-0';
  return Number.isFinite(number) ? String(number) : `"${number}"`;
}

function embeddedJson(value: ResultValue): string {
  const text = textOf(value);
  // Line ends can only stand between the tokens of valid JSON, where a space does as well.
  return isJson(text) ? withoutTerminalControls(text.replace(/[\r\n]/g, ' ')) : jsonText(text);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function listWriter(write: WriteValue): WriteValue {
  return (value) => `[${listOf(value).map(write).join(',')}]`;
}

function textMapWriter(write: WriteValue): WriteValue {
  return (value) => {
    const members = listOf(value).map((entry) => {
      const [key, entryValue] = entryOf(entry);
      return `${jsonText(textOf(key))}:${write(entryValue)}`;
    });
    return `{${members.join(',')}}`;
  };
}

function entryWriter(writeKey: WriteValue, writeValue: WriteValue): WriteValue {
  return (entry) => {
    const [key, value] = entryOf(entry);
    return `{"key":${writeKey(key)},"value":${writeValue(value)}}`;
  };
}

function jsonText(text: string): string {
  return withoutTerminalControls(JSON.stringify(text));
}

/** JSON.stringify leaves DEL and the C1 controls as they are; some terminals take U+009B for the start of a command. */
function withoutTerminalControls(json: string): string {
  return json.replace(/[\x7f-\x9f]/g, (control) => `\\u00${control.charCodeAt(0).toString(16)}`);
}
