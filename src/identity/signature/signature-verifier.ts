import { timingSafeEqual } from 'node:crypto';
import type { Principal } from '../../access/principal.js';
import type { KeyHolder, KeyHolders } from '../key-holders.js';
import {
  type AuthorizationHeader,
  type CredentialScope,
  incomplete,
  parseAuthorization,
  parseCredential,
} from './authorization-header.js';
import { checkRequestTime } from './request-time.js';
import { ALGORITHM, signatureOf, TERMINATOR, valuesOf } from './signature-of.js';
import { SignatureRefused } from './signature-refused.js';

/** A request as it came, without its body. It has no query. */
export interface RequestHead {
  readonly method: string;
  /** As it was sent, and as it was signed. */
  readonly path: string;
  /** Names and values in turn, as they were sent. */
  readonly rawHeaders: readonly string[];
}

/** A request of which all holds that can be known without its body. */
export interface BegunVerification {
  /**
   * Who signed the request, whose body has this SHA-256 (hexadecimal). Throws SignatureRefused when the signature is another
   * one, or the key has been revoked meanwhile.
   */
  finish(payloadHash: string): Promise<Principal>;
}

export interface SignatureVerifierOptions {
  readonly holders: Pick<KeyHolders, 'find'>;
  readonly now: () => number;
  /** DynamoDB's own by default. */
  readonly clockSkewMs?: number;
}

/**
 * Tells who signed a request with AWS Signature Version 4, for the service `dynamodb` in whatever region. A request can be
 * sent again within the clock skew, as at AWS: SDKs do that themselves, with the same signature.
 */
export class SignatureVerifier {
  constructor(private readonly options: SignatureVerifierOptions) {}

  /** To be asked before the body is read, so that strangers cannot make it be kept. Throws SignatureRefused. */
  async begin(head: RequestHead): Promise<BegunVerification> {
    const { holders, now, clockSkewMs = CLOCK_SKEW_MS } = this.options;
    const authorization = parseAuthorization(valuesOf(head.rawHeaders, 'authorization'));
    const time = dateOf(head.rawHeaders);
    checkRequestTime(time, { now: now(), clockSkewMs });
    checkSignedHeaders(head.rawHeaders, authorization);
    const scope = parseCredential(authorization.credential);
    checkScope(scope, time);
    // Access keys of ours never come with a token, so one that does belongs elsewhere.
    if (valuesOf(head.rawHeaders, 'x-amz-security-token').length > 0) throw unknownKey();
    const { keyId, region, service } = scope;
    const holder = async (): Promise<KeyHolder> => {
      const found = await holders.find(keyId);
      if (found === undefined) throw unknownKey();
      return found;
    };
    await holder();
    return {
      async finish(payloadHash) {
        checkPayloadHash(head.rawHeaders, payloadHash);
        const { secret, principal } = await holder();
        const parts = { ...head, query: '', signedHeaders: authorization.signedHeaders, payloadHash };
        const expected = signatureOf(parts, { time, region, service }, secret);
        if (!isSame(authorization.signature, expected)) throw invalid(MISMATCH);
        return principal;
      },
    };
  }
}

/** Five minutes: what DynamoDB says in its error `Signature expired`. */
const CLOCK_SKEW_MS = 5 * 60_000;
const SERVICE = 'dynamodb';
const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

/** Headers that decide what a request does: they must be signed, and be there once, so that nobody can read them otherwise. */
const SIGNED_ONCE = [
  { name: 'host', shown: "'Host' or ':authority'" },
  { name: 'x-amz-date', shown: "'X-Amz-Date'" },
  { name: 'x-amz-target', shown: "'X-Amz-Target'" },
];

function dateOf(rawHeaders: readonly string[]): string {
  const [date] = valuesOf(rawHeaders, 'x-amz-date');
  if (date !== undefined) return date;
  throw incomplete("Authorization header requires existence of a 'X-Amz-Date' header.");
}

function checkSignedHeaders(
  rawHeaders: readonly string[],
  { algorithm, signedHeaders }: Pick<AuthorizationHeader, 'algorithm' | 'signedHeaders'>,
): void {
  for (const { name, shown } of SIGNED_ONCE) {
    if (!signedHeaders.includes(name)) throw invalid(`${shown} must be a 'SignedHeader' in the AWS Authorization.`);
    if (valuesOf(rawHeaders, name).length > 1) throw invalid(`${shown} must not be there more than once.`);
  }
  const absent = signedHeaders.find((name) => valuesOf(rawHeaders, name).length === 0);
  if (absent !== undefined) throw invalid(`The signed header '${absent.slice(0, 64)}' is not in the request.`);
  const isInOrder = signedHeaders.every((name, i) => i === 0 || (signedHeaders[i - 1] ?? '') < name);
  if (!isInOrder) throw invalid("'SignedHeaders' must be in order, in lower case and without repetition.");
  if (algorithm !== ALGORITHM) {
    throw incomplete(`Unsupported AWS 'algorithm': '${algorithm}' (only ${ALGORITHM} for now).`);
  }
}

function checkScope({ day, region, service, terminator }: CredentialScope, time: string): void {
  const problems = [
    /^[a-z0-9-]{1,64}$/.test(region) ? [] : `Credential should be scoped to a valid region, not '${region}'.`,
    service === SERVICE ? [] : `Credential should be scoped to correct service: '${SERVICE}'.`,
    terminator === TERMINATOR
      ? []
      : `Credential should be scoped with a valid terminator: '${TERMINATOR}', not '${terminator}'.`,
    day === time.slice(0, 8)
      ? []
      : `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${day}' != '${time.slice(0, 8)}', from '${time}'.`,
  ].flat();
  if (problems.length > 0) throw invalid(problems.join(' '));
}

/** The hash that goes into the signature is always that of the body: `UNSIGNED-PAYLOAD` and the like are refused. */
function checkPayloadHash(rawHeaders: readonly string[], payloadHash: string): void {
  if (valuesOf(rawHeaders, 'x-amz-content-sha256').every((value) => value === payloadHash)) return;
  throw invalid("The provided 'x-amz-content-sha256' header does not match what was computed.");
}

/** In a time that tells nothing of where they differ. */
function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given, 'latin1'), Buffer.from(expected, 'latin1')];
  return a.length === b.length && timingSafeEqual(a, b);
}

function unknownKey(): SignatureRefused {
  return new SignatureRefused('unknown-key', 'The security token included in the request is invalid.');
}

function invalid(message: string): SignatureRefused {
  return new SignatureRefused('invalid', message);
}
