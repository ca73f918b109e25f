import { createHash } from 'node:crypto';
import { signatureOf } from '../signature/signature-of.js';

export interface RequestToSign {
  readonly body: string | Buffer;
  /** Beside those that are always there, or in their place. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly at?: number;
  readonly region?: string;
  readonly keyId: string;
  readonly secret: string;
}

/** The headers of a rightly signed request to DynamoDB, in the order in which they would be sent. */
export function signRequest({ body, headers = {}, at = Date.now(), ...options }: RequestToSign): [string, string][] {
  const { region = 'us-east-1', keyId, secret } = options;
  const time = new Date(at).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const payloadHash = createHash('sha256').update(body).digest('hex');
  const all = Object.entries({
    host: '127.0.0.1',
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-date': time,
    'x-amz-target': 'DynamoDB_20120810.ListTables',
    ...headers,
  });
  const rawHeaders = all.flat();
  const signedHeaders = all.map(([name]) => name.toLowerCase()).sort();
  const parts = { method: 'POST', path: '/', query: '', rawHeaders, signedHeaders, payloadHash };
  const signature = signatureOf(parts, { time, region, service: 'dynamodb' }, secret);
  const credential = `${keyId}/${time.slice(0, 8)}/${region}/dynamodb/aws4_request`;
  const words = [`Credential=${credential}`, `SignedHeaders=${signedHeaders.join(';')}`, `Signature=${signature}`];
  return [...all, ['authorization', `AWS4-HMAC-SHA256 ${words.join(', ')}`]];
}
