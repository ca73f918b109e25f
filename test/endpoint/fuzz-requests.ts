import fc from 'fast-check';
import type { AccessKeyWithSecret } from '../../src/identity/access-keys.js';
import { signRequest } from '../../src/identity/testing/sign-request.js';

/** How a request is made: signed by somebody at some time, and then spoilt. */
export interface FuzzRequest {
  readonly verb: string;
  readonly content: unknown;
  readonly signer: Signer;
  readonly minutesOff: number;
  readonly faults: readonly Fault[];
  /** Where the bytes are cut into two writes, as a share of them. */
  readonly cut: number;
}

export type Signer = 'client' | 'revoked' | 'unknown' | 'wrong secret';

type Fault =
  | { readonly kind: 'drop' | 'repeat' | 'shout'; readonly header: number }
  | { readonly kind: 'value'; readonly header: number; readonly value: string }
  | { readonly kind: 'add'; readonly name: string; readonly value: string }
  | { readonly kind: 'line'; readonly line: string }
  | { readonly kind: 'body'; readonly text: string }
  | { readonly kind: 'length'; readonly by: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'flip'; readonly at: number; readonly bits: number }
  | { readonly kind: 'insert'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'truncate'; readonly at: number };

const header = fc.nat({ max: 8 });
const share = fc.noBias(fc.nat({ max: 10_000 })).map((tenThousandths) => tenThousandths / 10_000);
const word = fc.oneof(fc.string({ maxLength: 40 }), fc.constantFrom('', ',', ';', 'AWS4-HMAC-SHA256', 'host', '0'));
const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ kind: fc.constantFrom('drop', 'repeat', 'shout'), header }),
  fc.record({ kind: fc.constant('value'), header, value: word }),
  fc.record({
    kind: fc.constant('add'),
    name: fc.constantFrom('x-amz-target', 'x-amz-security-token', 'x-amz-content-sha256', 'host', 'x-other', 'expect'),
    value: word,
  }),
  fc.record({
    kind: fc.constant('line'),
    line: fc.constantFrom(
      'GET / HTTP/1.1',
      'POST /?a=b HTTP/1.1',
      'POST //x HTTP/1.1',
      'POST / HTTP/1.0',
      'PRI * HTTP/2.0',
    ),
  }),
  fc.record({ kind: fc.constant('body'), text: fc.oneof(fc.string(), fc.json(), fc.constant('{"a":1,"a":2}')) }),
  fc.record({ kind: fc.constant('length'), by: fc.integer({ min: -20, max: 20 }) }),
  fc.record({ kind: fc.constant('chunked') }),
  fc.record({ kind: fc.constant('flip'), at: share, bits: fc.integer({ min: 1, max: 255 }) }),
  fc.record({ kind: fc.constant('insert'), at: share, bytes: fc.uint8Array({ maxLength: 10 }) }),
  fc.record({ kind: fc.constant('truncate'), at: share }),
);

export const fuzzRequest: fc.Arbitrary<FuzzRequest> = fc.record({
  verb: fc.constantFrom('GetItem', 'Query', 'PutItem', 'DeleteTable', 'NoSuchVerb'),
  content: fc.jsonValue({ maxDepth: 3 }),
  signer: fc.oneof(
    { weight: 6, arbitrary: fc.constant<Signer>('client') },
    { weight: 1, arbitrary: fc.constantFrom<Signer>('revoked', 'unknown', 'wrong secret') },
  ),
  minutesOff: fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(-7, 7, 1e6) }),
  faults: fc.oneof(
    { weight: 1, arbitrary: fc.constant([]) },
    { weight: 8, arbitrary: fc.array(fault, { minLength: 1, maxLength: 3 }) },
  ),
  cut: share,
});

/** The bytes of a request, and the body that was signed. */
export function bytesOf(
  request: FuzzRequest,
  { keys, mark }: { readonly keys: AccessKeyWithSecret; readonly mark: number },
): { readonly bytes: Buffer; readonly body: string } {
  const body = JSON.stringify({ mark, content: request.content });
  const headers = signRequest({
    body,
    headers: { 'x-amz-target': `DynamoDB_20120810.${request.verb}` },
    at: Date.now() + request.minutesOff * 60_000,
    keyId: keys.accessKeyId,
    secret: keys.secretAccessKey,
  });
  const draft = { line: 'POST / HTTP/1.1', headers, body: Buffer.from(body), lengthBy: 0, isChunked: false };
  for (const each of request.faults) spoil(draft, each);
  let bytes = write(draft);
  for (const each of request.faults) bytes = spoilBytes(bytes, each);
  return { bytes, body };
}

interface Draft {
  line: string;
  headers: [string, string][];
  body: Buffer;
  lengthBy: number;
  isChunked: boolean;
}

function spoil(draft: Draft, each: Fault): void {
  const at = 'header' in each ? each.header % Math.max(1, draft.headers.length) : 0;
  const chosen = draft.headers[at];
  switch (each.kind) {
    case 'drop':
      draft.headers.splice(at, 1);
      break;
    case 'repeat':
      if (chosen !== undefined) draft.headers.push(chosen);
      break;
    case 'shout':
      if (chosen !== undefined) draft.headers[at] = [chosen[0].toUpperCase(), chosen[1]];
      break;
    case 'value':
      if (chosen !== undefined) draft.headers[at] = [chosen[0], each.value];
      break;
    case 'add':
      draft.headers.push([each.name, each.value]);
      break;
    case 'line':
      draft.line = each.line;
      break;
    case 'body':
      draft.body = Buffer.from(each.text);
      break;
    case 'length':
      draft.lengthBy = each.by;
      break;
    case 'chunked':
      draft.isChunked = true;
      break;
    default:
  }
}

function write({ line, headers, body, lengthBy, isChunked }: Draft): Buffer {
  const framing = isChunked ? 'transfer-encoding: chunked' : `content-length: ${Math.max(0, body.length + lengthBy)}`;
  const lines = [line, ...headers.map(([name, value]) => `${name}: ${value}`), framing, '', ''];
  const framed = isChunked ? [`${body.length.toString(16)}\r\n`, body, '\r\n0\r\n\r\n'] : [body];
  return Buffer.concat([lines.join('\r\n'), ...framed].map((part) => Buffer.from(part)));
}

function spoilBytes(bytes: Buffer, each: Fault): Buffer {
  const at = 'at' in each ? Math.min(bytes.length - 1, Math.floor(each.at * bytes.length)) : 0;
  if (each.kind === 'truncate') return bytes.subarray(0, at);
  if (each.kind === 'insert') return Buffer.concat([bytes.subarray(0, at), each.bytes, bytes.subarray(at)]);
  if (each.kind !== 'flip' || bytes.length === 0) return bytes;
  const flipped = Buffer.from(bytes);
  flipped[at] = (flipped[at] ?? 0) ^ each.bits;
  return flipped;
}
