import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** A request as it came: what signature version 4 signs. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query, as in the request line. */
  readonly target: string;
  /** By name in lower case; several of one name joined by commas. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** The Authorization header, read: whose signature it says it is, and for what. */
export interface Signature {
  readonly accessKeyId: string;
  /** `20260131` */
  readonly day: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `20260131T235959Z` */
  readonly time: string;
}

/** Why a request is not signed as it must be. `text` is AWS's own. */
export type SignatureProblem =
  | { readonly kind: 'missing'; readonly text: string }
  | { readonly kind: 'incomplete'; readonly text: string }
  | { readonly kind: 'mismatch'; readonly text: string };

/** Reads the signature of a request without checking it. */
export function readSignature({ headers }: SignedRequest): Signature | SignatureProblem {
  const header = headers.get('authorization');
  if (header === undefined) return { kind: 'missing', text: 'Request is missing Authentication Token' };
  if (!header.startsWith(`${ALGORITHM} `)) {
    return { kind: 'incomplete', text: `Unsupported AWS 'algorithm': '${header.split(' ')[0]}'.` };
  }
  const fields = new Map(
    header
      .slice(ALGORITHM.length)
      .split(',')
      .map((field) => {
        const [name = '', ...value] = field.trim().split('=');
        return [name, value.join('=')] as const;
      }),
  );
  const missing = ['Credential', 'Signature', 'SignedHeaders'].find((name) => !fields.get(name));
  if (missing !== undefined) return incomplete(`Authorization header requires '${missing}' parameter.`, header);
  const [accessKeyId, day, region, service, end, ...more] = (fields.get('Credential') ?? '').split('/');
  if (!accessKeyId || !day || !region || !service || end !== 'aws4_request' || more.length > 0) {
    return {
      kind: 'incomplete',
      text: `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${fields.get('Credential')}'`,
    };
  }
  const date = headers.get('x-amz-date') ?? headers.get('date');
  if (date === undefined) {
    return incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.", header);
  }
  const time = basicTime(date);
  if (time === undefined)
    return { kind: 'incomplete', text: `Date must be in ISO-8601 'basic format'. Got '${date}'.` };
  const signedHeaders = (fields.get('SignedHeaders') ?? '').split(';');
  return { accessKeyId, day, region, service, signedHeaders, signature: fields.get('Signature') ?? '', time };
}

/**
 * Checks the signature with the secret key: service, time (five minutes at most from now), signed headers, and the
 * signature over all of the request. Undefined when it is right.
 */
export function checkSignature(
  request: SignedRequest,
  signature: Signature,
  expected: { readonly secretAccessKey: string; readonly service: string; readonly nowMs: number },
): SignatureProblem | undefined {
  const { day, region, service, time } = signature;
  if (service !== expected.service) {
    return mismatch(`Credential should be scoped to correct service: '${expected.service}'.`);
  }
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) return mismatch('Credential should be scoped to a valid region.');
  if (!time.startsWith(day)) {
    return mismatch(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${day}' != '${time}', from '${time}'.`,
    );
  }
  const age = checkAge(time, expected.nowMs);
  if (age !== undefined) return age;
  const unsigned = ['host', ...[...request.headers.keys()].filter((name) => name.startsWith('x-amz-'))].find(
    (name) => !signature.signedHeaders.includes(name),
  );
  if (unsigned !== undefined) return mismatch(`'${unsigned}' must be a 'SignedHeader' in the AWS Authorization.`);
  const wanted = signatureOf(request, signature, expected.secretAccessKey);
  const [right, given] = [Buffer.from(wanted), Buffer.from(signature.signature)];
  return right.length === given.length && timingSafeEqual(right, given) ? undefined : mismatch(MISMATCH_TEXT);
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
const MAX_SKEW_MINUTES = 5;
const MISMATCH_TEXT =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

function signatureOf(request: SignedRequest, { day, region, service, time, signedHeaders }: Signature, secret: string) {
  const [path = '/', query = ''] = splitOnce(request.target, '?');
  const headers = signedHeaders.map(
    (name) => `${name}:${(request.headers.get(name) ?? '').trim().replace(/ +/g, ' ')}\n`,
  );
  const canonical = [
    request.method,
    path,
    query.split('&').filter(Boolean).map(canonicalParameter).sort().join('&'),
    headers.join(''),
    signedHeaders.join(';'),
    sha256(request.body),
  ].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = [ALGORITHM, time, scope, sha256(canonical)].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<Buffer | string>(hmac, `AWS4${secret}`);
  return hmac(key, text).toString('hex');
}

function canonicalParameter(parameter: string): string {
  const [name = '', value = ''] = splitOnce(parameter, '=');
  return `${name}=${value}`;
}

function splitOnce(text: string, separator: string): readonly [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

function checkAge(time: string, nowMs: number): SignatureProblem | undefined {
  const signedMs = Date.parse(time.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  const skewMs = MAX_SKEW_MINUTES * 60_000;
  const now = isoBasic(nowMs);
  if (signedMs < nowMs - skewMs) {
    return mismatch(
      `Signature expired: ${time} is now earlier than ${isoBasic(nowMs - skewMs)} (${now} - ${MAX_SKEW_MINUTES} min.)`,
    );
  }
  if (signedMs > nowMs + skewMs) {
    return mismatch(
      `Signature not yet current: ${time} is still later than ${isoBasic(nowMs + skewMs)} (${now} + ${MAX_SKEW_MINUTES} min.)`,
    );
  }
  return undefined;
}

/** The date of a header as `20260131T235959Z`, undefined when it is none. */
function basicTime(date: string): string | undefined {
  if (/^\d{8}T\d{6}Z$/.test(date)) return date;
  const ms = Date.parse(date);
  return Number.isNaN(ms) ? undefined : isoBasic(ms);
}

function isoBasic(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '');
}

function incomplete(text: string, header: string): SignatureProblem {
  return { kind: 'incomplete', text: `${text} Authorization=${header}` };
}

function mismatch(text: string): SignatureProblem {
  return { kind: 'mismatch', text };
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: Buffer | string, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
