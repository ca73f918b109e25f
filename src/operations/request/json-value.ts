import { invalid } from '../refuse.js';

/** A parsed JSON object, of which nothing is known yet. Names are its own properties, `__proto__` too. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The way to a value: names of members and numbers of elements. */
export type JsonPath = readonly (string | number)[];

/** A member as it is; undefined where there is none of its own. */
export function member(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Throws REQUEST_INVALID, as all of these do, with the path of the fault. */
export function asObject(value: unknown, at: string): JsonObject {
  if (!isObject(value)) throw invalid(at, `expected an object, got ${described(value)}`);
  return value;
}

export function asList(value: unknown, at: string): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(at, `expected a list, got ${described(value)}`);
  return value;
}

export function asText(value: unknown, at: string): string {
  if (typeof value !== 'string') throw invalid(at, `expected text, got ${described(value)}`);
  return value;
}

/** `TransactItems[2].Put`. */
export function pathText(path: JsonPath): string {
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`)).join('');
}

/** A copy in which what is at the path is what `change` makes of it; all else is shared. The path must be there. */
export function changedAt(value: unknown, path: JsonPath, change: (old: unknown) => unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return change(value);
  if (Array.isArray(value)) return value.map((each, index) => (index === step ? changedAt(each, rest, change) : each));
  const object = asObject(value, String(step));
  return { ...object, [step]: changedAt(object[step], rest, change) };
}

/** A value in few words, for errors. */
export function described(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'an object';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
