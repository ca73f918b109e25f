import { AwsFault } from '../aws-fault.js';

/** A JSON object of a request, whatever it holds. */
export type Json = Readonly<Record<string, unknown>>;

/** The body of a request. Throws the fault SerializationException. */
export function readBody(body: Buffer): Json {
  let json: unknown;
  try {
    json = JSON.parse(body.toString('utf8'));
  } catch {
    throw new AwsFault('SerializationException', '');
  }
  return requireObject(json);
}

/** Throws the fault SerializationException for anything but an object. */
export function requireObject(json: unknown): Json {
  const object = objectOf(json);
  if (object === undefined) throw new AwsFault('SerializationException', 'Unexpected field type');
  return object;
}

export function objectOf(json: unknown): Json | undefined {
  // Any object that is no array has its members by name.
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Json) : undefined;
}

export function textOf(json: unknown): string | undefined {
  return typeof json === 'string' ? json : undefined;
}

/** The member, a text. Throws the fault ValidationException when it is missing or something else. */
export function requireText(body: Json, member: string): string {
  const text = textOf(body[member]);
  if (text !== undefined && text !== '') return text;
  const at = member.charAt(0).toLowerCase() + member.slice(1);
  throw new AwsFault(
    'ValidationException',
    `1 validation error detected: Value null at '${at}' failed to satisfy constraint: Member must not be null`,
  );
}

/** The elements of a list; none when it is missing. Throws the fault SerializationException. */
export function listOf(json: unknown): readonly unknown[] {
  if (json === undefined || json === null) return [];
  if (!Array.isArray(json)) throw new AwsFault('SerializationException', 'Unexpected field type');
  return json;
}

/** The text of a key's value: of a string as it is, of a number its digits, of binary its base64. */
export function keyText(value: unknown): string | undefined {
  const { S, N, B } = objectOf(value) ?? {};
  return textOf(S) ?? textOf(N) ?? textOf(B);
}
