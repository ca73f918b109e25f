import { createHash, createHmac } from 'node:crypto';

/** What a signature covers, apart from when and for what it was made. */
export interface SignedParts {
  readonly method: string;
  /** Canonical: encoded as the algorithm wants it. */
  readonly path: string;
  /** Canonical: encoded and sorted; without the question mark. */
  readonly query: string;
  /** Names and values in turn, as they were sent (`rawHeaders` of Node: one character for each byte). */
  readonly rawHeaders: readonly string[];
  /** In lower case and in order. */
  readonly signedHeaders: readonly string[];
  /** SHA-256 of the body in hexadecimal. */
  readonly payloadHash: string;
}

/** When and for what a signature was made. */
export interface SigningScope {
  /** `YYYYMMDDTHHMMSSZ`. */
  readonly time: string;
  readonly region: string;
  readonly service: string;
}

export const ALGORITHM = 'AWS4-HMAC-SHA256';
export const TERMINATOR = 'aws4_request';

/** The signature of a request in hexadecimal, by AWS Signature Version 4. */
export function signatureOf(parts: SignedParts, scope: SigningScope, secret: string): string {
  const { time, region, service } = scope;
  const day = time.slice(0, 8);
  const hash = createHash('sha256').update(canonicalRequest(parts), 'latin1').digest('hex');
  const text = [ALGORITHM, time, [day, region, service, TERMINATOR].join('/'), hash].join('\n');
  const key = [day, region, service, TERMINATOR].reduce<Buffer>(hmac, Buffer.from(`AWS4${secret}`));
  return hmac(key, text).toString('hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function canonicalRequest({ method, path, query, rawHeaders, signedHeaders, payloadHash }: SignedParts): string {
  const headers = signedHeaders.map((name) => `${name}:${valuesOf(rawHeaders, name).map(canonicalValue).join(',')}\n`);
  return [method, path, query, headers.join(''), signedHeaders.join(';'), payloadHash].join('\n');
}

/** All values of a header, in the order in which they came. `name` is in lower case. */
export function valuesOf(rawHeaders: readonly string[], name: string): string[] {
  return rawHeaders.filter((_value, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === name);
}

/** Without space around it, and with one space where there were several. */
function canonicalValue(value: string): string {
  return value.replaceAll(/[ \t]+/g, ' ').replaceAll(/^ | $/g, '');
}
