import { SignatureRefused } from './signature-refused.js';

/** The parts of `Authorization: AWS4-HMAC-SHA256 Credential=..., SignedHeaders=..., Signature=...`, not yet checked. */
export interface AuthorizationHeader {
  readonly algorithm: string;
  readonly credential: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** The access key and the scope that a credential names. */
export interface CredentialScope {
  readonly keyId: string;
  /** `YYYYMMDD`. */
  readonly day: string;
  readonly region: string;
  readonly service: string;
  readonly terminator: string;
}

/** Throws SignatureRefused when there is no such header, or a part of it is missing or there twice. */
export function parseAuthorization(values: readonly string[]): AuthorizationHeader {
  const [header, another] = values;
  if (another !== undefined) throw incomplete('There is more than one Authorization header.');
  if (header === undefined || !header.startsWith('AWS4-')) {
    throw new SignatureRefused('missing', 'Request is missing Authentication Token');
  }
  const [algorithm = '', ...words] = header.split(/[\s,]+/).filter((word) => word !== '');
  const parameters = new Map<string, string>();
  for (const word of words) {
    const equals = word.indexOf('=');
    const name = equals < 0 ? word : word.slice(0, equals);
    if (equals < 0) {
      throw incomplete(`'${name}' not a valid key=value pair (missing equal-sign) in Authorization header.`);
    }
    if (parameters.has(name)) throw incomplete(`Authorization header has more than one '${name}' parameter.`);
    parameters.set(name, word.slice(equals + 1));
  }
  const missing = ['Credential', 'Signature', 'SignedHeaders'].filter((name) => !parameters.get(name));
  if (missing.length > 0) {
    throw incomplete(missing.map((name) => `Authorization header requires '${name}' parameter.`).join(' '));
  }
  return {
    algorithm,
    credential: parameters.get('Credential') ?? '',
    signedHeaders: (parameters.get('SignedHeaders') ?? '').split(';'),
    signature: parameters.get('Signature') ?? '',
  };
}

/** Throws SignatureRefused unless it has its five parts. */
export function parseCredential(credential: string): CredentialScope {
  const [keyId, day, region, service, terminator, ...more] = credential.split('/');
  if (terminator === undefined || more.length > 0) {
    const form = 'Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term';
    throw incomplete(`${form}, got '${credential}'`);
  }
  return { keyId: keyId ?? '', day: day ?? '', region: region ?? '', service: service ?? '', terminator };
}

export function incomplete(message: string): SignatureRefused {
  return new SignatureRefused('incomplete', message);
}
