import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Principal } from '../../access/principal.js';
import type { KeyHolder } from '../key-holders.js';
import { signRequest } from '../testing/sign-request.js';
import { SignatureRefused } from './signature-refused.js';
import { SignatureVerifier } from './signature-verifier.js';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const KEY = { keyId: 'HGKAAAAAAAAAAAAAAAAA', secret: 'a secret of forty characters, or nearly..' };
const BODY = '{"TableName":"orders"}';
const PRINCIPAL: Principal = { kind: 'client', id: 'c', name: 'c', groups: [], scopes: new Set(), isAdmin: false };

type Headers = readonly (readonly [string, string])[];

/** Who has signed it, or the reason and the words of the refusal. */
async function verdictOn(headers: Headers, body = BODY, held = new Map([[KEY.keyId, KEY.secret]])): Promise<unknown> {
  const find = async (id: string): Promise<KeyHolder | undefined> => {
    const secret = held.get(id);
    return secret === undefined ? undefined : { principal: PRINCIPAL, secret };
  };
  const verifier = new SignatureVerifier({ holders: { find }, now: () => NOW });
  try {
    const begun = await verifier.begin({ method: 'POST', path: '/', rawHeaders: headers.flat() });
    return await begun.finish(createHash('sha256').update(body).digest('hex'));
  } catch (error) {
    if (!(error instanceof SignatureRefused)) throw error;
    return `${error.reason}: ${error.message}`;
  }
}

function signed(options: Partial<Parameters<typeof signRequest>[0]> = {}): [string, string][] {
  return signRequest({ body: BODY, at: NOW, ...KEY, ...options });
}

/** The headers with a change in the value of one. */
function changed(headers: Headers, name: string, change: (value: string) => string): Headers {
  return headers.map(([each, value]) => [each, each === name ? change(value) : value]);
}

function without(name: string): Headers {
  return signed().filter(([each]) => each !== name);
}

const MISMATCH = /^invalid: The request signature we calculated does not match/;

describe('a rightly signed request', () => {
  it.each([
    ['as it is', signed()],
    ['of another region', signed({ region: 'eu-central-1' })],
    [
      'with a hash of its body',
      signed({ headers: { 'x-amz-content-sha256': createHash('sha256').update(BODY).digest('hex') } }),
    ],
    [
      'with further headers that are not signed',
      [...signed(), ['user-agent', 'x'] as const, ['via', 'proxy'] as const],
    ],
    ['with headers in other letters', signed().map(([name, value]) => [name.toUpperCase(), value] as const)],
    ['from a clock five minutes slow', signed({ at: NOW - 300_000 })],
    ['from a clock five minutes fast', signed({ at: NOW + 300_000 })],
    ['with bytes beyond ASCII in a header', signed({ headers: { 'x-note': 'caf\u00c3\u00a9' } })],
  ])('is that of its principal: %s', async (_name, headers) => {
    expect(await verdictOn(headers)).toBe(PRINCIPAL);
  });
});

describe('a request that was tampered with is refused', () => {
  it.each([
    ['its table', { body: BODY.replace('orders', 'people') }],
    ['its target', { headers: changed(signed(), 'x-amz-target', () => 'DynamoDB_20120810.DeleteTable') }],
    ['its time', { headers: changed(signed(), 'x-amz-date', () => '20260301T115959Z') }],
    ['its host', { headers: changed(signed(), 'host', () => 'elsewhere') }],
    ['one character of its signature', { headers: changed(signed(), 'authorization', flipLast) }],
    ['the length of its signature', { headers: changed(signed(), 'authorization', (value) => value.slice(0, -2)) }],
    [
      'the region it is for',
      { headers: changed(signed(), 'authorization', (value) => value.replace('us-east-1', 'us-east-2')) },
    ],
    ['a signed header that came twice', { headers: [...signed({ headers: { 'x-a': '1' } }), ['x-a', '2'] as const] }],
  ])('%s', async (_name, { headers = signed(), body }: { headers?: Headers; body?: string }) => {
    expect(await verdictOn(headers, body)).toMatch(MISMATCH);
  });

  it('its key, for another that exists', async () => {
    const held = new Map([
      [KEY.keyId, KEY.secret],
      ['HGKBBBBBBBBBBBBBBBBB', 'another'],
    ]);
    const headers = changed(signed(), 'authorization', (value) => value.replaceAll(KEY.keyId, 'HGKBBBBBBBBBBBBBBBBB'));
    expect(await verdictOn(headers, BODY, held)).toMatch(MISMATCH);
  });
});

describe('the words of AWS for', () => {
  const authorization = (change: (value: string) => string) => changed(signed(), 'authorization', change);
  it.each([
    ['no signature', without('authorization'), 'missing: Request is missing Authentication Token'],
    ['another scheme', authorization(() => 'Basic YTpi'), 'missing: Request is missing Authentication Token'],
    [
      'nothing but the scheme',
      authorization(() => 'AWS4-'),
      "incomplete: Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter.",
    ],
    ['a word without value', authorization((value) => `${value}, X`), /^incomplete: 'X' not a valid key=value pair/],
    ['a part that is there twice', authorization((value) => `${value}, Signature=0`), /^incomplete: .*more than one/],
    ['two headers', [...signed(), ['Authorization', 'AWS4-X'] as const], /^incomplete: .*more than one/],
    ['no date', without('x-amz-date'), /^incomplete: Authorization header requires existence/],
    [
      'a date of another form',
      changed(signed(), 'x-amz-date', () => '2026-03-01'),
      /^incomplete: Date must be in ISO-8601/,
    ],
    [
      'a day that is not',
      changed(signed(), 'x-amz-date', () => '20260230T120000Z'),
      /^incomplete: Date must be in ISO-8601/,
    ],
    [
      'an old request',
      signed({ at: NOW - 301_000 }),
      'invalid: Signature expired: 20260301T115459Z is now earlier than 20260301T115500Z (20260301T120000Z - 5 min.)',
    ],
    [
      'a request of the future',
      signed({ at: NOW + 301_000 }),
      'invalid: Signature not yet current: 20260301T120501Z is still later than 20260301T120500Z (20260301T120000Z + 5 min.)',
    ],
    [
      'another algorithm',
      authorization((value) => value.replace('SHA256', 'SHA512')),
      "incomplete: Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA512' (only AWS4-HMAC-SHA256 for now).",
    ],
    [
      'a credential in parts',
      authorization((value) => value.replace('/aws4_request', '')),
      /^incomplete: Credential must have exactly 5 slash-delimited elements/,
    ],
    [
      'a scope that is all wrong',
      authorization((value) => value.replace('20260301/us-east-1/dynamodb/aws4_request', 'b/C/d/e')),
      "invalid: Credential should be scoped to a valid region, not 'C'. Credential should be scoped to correct service: 'dynamodb'. Credential should be scoped with a valid terminator: 'aws4_request', not 'e'. Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: 'b' != '20260301', from '20260301T120000Z'.",
    ],
    [
      'an unknown key',
      signed({ keyId: 'HGKCCCCCCCCCCCCCCCCC' }),
      'unknown-key: The security token included in the request is invalid.',
    ],
    [
      'a session token',
      signed({ headers: { 'x-amz-security-token': 'x' } }),
      'unknown-key: The security token included in the request is invalid.',
    ],
    [
      'a hash of another body',
      signed({ headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } }),
      "invalid: The provided 'x-amz-content-sha256' header does not match what was computed.",
    ],
  ])('%s', async (_name, headers, words) => {
    const verdict = await verdictOn(headers);
    if (typeof words === 'string') expect(verdict).toBe(words);
    else expect(verdict).toMatch(words);
  });
});

describe('headers that decide what is done', () => {
  it.each(['host', 'x-amz-date', 'x-amz-target'])('%s must be signed, and there once', async (name) => {
    const unsigned = changed(signed(), 'authorization', (value) =>
      value.replace(new RegExp(`(=|;)${name}(;|,)`), keep),
    );
    expect(await verdictOn(unsigned)).toMatch(/must be a 'SignedHeader'/);
    expect(await verdictOn([...signed(), [name, 'another']])).toMatch(/must not be there more than once/);
  });

  it('that are signed must be there, in order', async () => {
    expect(await verdictOn(without('content-type'))).toMatch(/'content-type' is not in the request/);
    const reordered = changed(signed(), 'authorization', (value) =>
      value.replace('content-type;host', 'host;content-type'),
    );
    expect(await verdictOn(reordered)).toMatch(/must be in order/);
    expect(await verdictOn(changed(signed(), 'authorization', (value) => value.replace('host', 'host;host')))).toMatch(
      /in order/,
    );
  });
});

it('a key that is revoked while the body arrives is not good any more', async () => {
  const held = new Map([[KEY.keyId, KEY.secret]]);
  const find = async (id: string) => (held.has(id) ? { principal: PRINCIPAL, secret: KEY.secret } : undefined);
  const verifier = new SignatureVerifier({ holders: { find }, now: () => NOW });
  const begun = await verifier.begin({ method: 'POST', path: '/', rawHeaders: signed().flat() });
  held.clear();
  await expect(begun.finish('')).rejects.toMatchObject({ code: 'UNAUTHENTICATED', reason: 'unknown-key' });
});

function flipLast(value: string): string {
  return `${value.slice(0, -1)}${value.endsWith('0') ? '1' : '0'}`;
}

/** What is left of two separators around a name that goes. */
function keep(_all: string, before: string, after: string): string {
  return before === '=' ? '=' : after;
}
