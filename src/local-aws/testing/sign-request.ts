import { createHash, createHmac } from 'node:crypto';

export interface SigningKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Posts a form to STS, signed as of now. For tests: written apart from what checks signatures. */
export async function postToSts(
  endpoint: string,
  form: Readonly<Record<string, string>>,
  keys: SigningKeys,
): Promise<{ readonly status: number; readonly xml: string }> {
  const body = new URLSearchParams({ Version: '2011-06-15', ...form }).toString();
  const { host } = new URL(endpoint);
  const date = `${new Date().toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
  const token = keys.sessionToken;
  const signed = [
    ['content-type', 'application/x-www-form-urlencoded'],
    ['host', host],
    ['x-amz-date', date],
    ...(token === undefined ? [] : [['x-amz-security-token', token]]),
  ] as const;
  const names = signed.map(([name]) => name).join(';');
  const lines = signed.map(([name, value]) => `${name}:${value}\n`).join('');
  const scope = [date.slice(0, 8), 'us-east-1', 'sts', 'aws4_request'];
  const canonical = ['POST', '/', '', lines, names, sha256(body)].join('\n');
  const text = ['AWS4-HMAC-SHA256', date, scope.join('/'), sha256(canonical)].join('\n');
  let key: Buffer | string = `AWS4${keys.secretAccessKey}`;
  for (const part of [...scope, text]) key = createHmac('sha256', key).update(part).digest();
  const credential = `${keys.accessKeyId}/${scope.join('/')}`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${Buffer.from(key).toString('hex')}`;
  const headers = Object.fromEntries(signed.filter(([name]) => name !== 'host'));
  const answer = await fetch(endpoint, { method: 'POST', body, headers: { ...headers, authorization } });
  return { status: answer.status, xml: await answer.text() };
}

/** The text of the first element of that name; undefined when there is none. */
export function elementOf(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text?.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
