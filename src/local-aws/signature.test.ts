import { describe, expect, it } from 'vitest';
import { checkSignature, readSignature, type SignedRequest } from './signature.js';

/** The example of AWS's documentation of signature version 4. */
const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const NOW = Date.UTC(2015, 7, 30, 12, 36);
const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7';

function request(changes: Partial<SignedRequest> & { readonly header?: readonly [string, string | undefined] } = {}) {
  const { header, ...rest } = changes;
  const headers = new Map([
    ['host', 'iam.amazonaws.com'],
    ['content-type', 'application/x-www-form-urlencoded; charset=utf-8'],
    ['x-amz-date', '20150830T123600Z'],
    ['authorization', AUTHORIZATION],
  ]);
  if (header?.[1] === undefined) headers.delete(header?.[0] ?? '');
  else headers.set(header[0], header[1]);
  const target = '/?Version=2010-05-08&Action=ListUsers';
  return { method: 'GET', target, headers, body: Buffer.alloc(0), ...rest };
}

function check(signed: SignedRequest, changes: { service?: string; secretAccessKey?: string; nowMs?: number } = {}) {
  const signature = readSignature(signed);
  if ('kind' in signature) return signature;
  return checkSignature(signed, signature, { secretAccessKey: SECRET, service: 'iam', nowMs: NOW, ...changes });
}

describe('the signature of a request', () => {
  it('is right for the example of the documentation, whatever the order of the parameters', () => {
    expect(check(request())).toBeUndefined();
    expect(check(request({ target: '/?Action=ListUsers&Version=2010-05-08' }))).toBeUndefined();
  });

  it.each([
    ['the method', request({ method: 'POST' })],
    ['the path', request({ target: '/x?Action=ListUsers&Version=2010-05-08' })],
    ['a parameter', request({ target: '/?Action=ListRoles&Version=2010-05-08' })],
    ['the body', request({ body: Buffer.from('x') })],
    ['a signed header', request({ header: ['content-type', 'text/plain'] })],
    ['the signature', request({ header: ['authorization', AUTHORIZATION.replace(/7$/, '8')] })],
    ['the length of the signature', request({ header: ['authorization', AUTHORIZATION.slice(0, -1)] })],
  ])('is wrong when %s is another', (_what, signed) => {
    expect(check(signed)).toMatchObject({
      kind: 'mismatch',
      text: expect.stringContaining('The request signature we calculated does not match'),
    });
  });

  it('is wrong with another secret, service, region or day', () => {
    expect(check(request(), { secretAccessKey: 'x' })?.kind).toBe('mismatch');
    expect(check(request(), { service: 'sts' })?.text).toBe("Credential should be scoped to correct service: 'sts'.");
    const scoped = (from: string, to: string) =>
      request({ header: ['authorization', AUTHORIZATION.replace(from, to)] });
    expect(check(scoped('us-east-1', 'mars'))?.text).toBe('Credential should be scoped to a valid region.');
    expect(check(scoped('20150830', '20150831'))?.text).toContain('does not match YYYYMMDD');
  });

  it('holds for five minutes before and after', () => {
    const at = (minutes: number) => check(request(), { nowMs: NOW + minutes * 60_000 });
    expect([at(-5), at(5)]).toEqual([undefined, undefined]);
    expect(at(6)?.text).toBe(
      'Signature expired: 20150830T123600Z is now earlier than 20150830T123700Z (20150830T124200Z - 5 min.)',
    );
    expect(at(-6)?.text).toContain('Signature not yet current: 20150830T123600Z is still later than 20150830T123500Z');
  });

  it('must cover every x-amz header, or the action of a call could be changed under it', () => {
    const { text } = check(request({ header: ['x-amz-target', 'DynamoDB_20120810.DeleteTable'] })) ?? {};
    expect(text).toBe("'x-amz-target' must be a 'SignedHeader' in the AWS Authorization.");
  });

  it.each([
    ['missing', undefined, 'Request is missing Authentication Token'],
    ['incomplete', 'Basic abc', "Unsupported AWS 'algorithm': 'Basic'."],
    ['incomplete', 'AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request', "requires 'Signature' parameter."],
    [
      'incomplete',
      'AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host, Signature=b',
      'exactly 5 slash-delimited elements',
    ],
  ])('that is %s is told from a wrong one: %s', (kind, authorization, text) => {
    expect(check(request({ header: ['authorization', authorization] }))).toMatchObject({
      kind,
      text: expect.stringContaining(text),
    });
  });

  it('needs a date', () => {
    expect(check(request({ header: ['x-amz-date', undefined] }))?.text).toContain("either a 'X-Amz-Date' or a 'Date'");
    expect(check(request({ header: ['x-amz-date', 'yesterday'] }))?.text).toContain("ISO-8601 'basic format'");
  });
});
