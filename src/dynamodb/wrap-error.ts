import type { ErrorDetails } from '../base/errors/headgate-error.js';
import { HeadgateError } from '../base/errors/headgate-error.js';
import type { ErrorCode } from '../base/errors/registry.js';
import { isThrottling, throttlingReasons } from './throttling.js';

/** What was being called, for the words of the error. */
export interface CalledPlace {
  readonly endpoint: string | undefined;
  readonly region: string;
  readonly tableName?: string | undefined;
}

/**
 * The HeadgateError for whatever the SDK or the network threw, with the original as `cause`. Chosen by name, code and HTTP
 * status, never by message text. A HeadgateError comes back as it is; an aborted call becomes CANCELLED.
 */
export function wrapError(error: unknown, place: CalledPlace): HeadgateError {
  if (error instanceof HeadgateError) return error;
  const facts = factsOf(error);
  const where = place.endpoint ?? `DynamoDB in ${place.region}`;
  const fail = (code: ErrorCode, message: string, details: ErrorDetails = {}) =>
    new HeadgateError(code, message, { ...details, cause: error });

  if (facts.name === 'AbortError') return fail('CANCELLED', 'The request to DynamoDB was cancelled.');
  if (facts.name === 'ResourceNotFoundException') {
    const table = place.tableName === undefined ? 'The table' : `Table "${place.tableName}"`;
    return fail('TABLE_NOT_FOUND', `${table} does not exist in ${where}.`, {
      hint: 'Names are case-sensitive. Is it the right region and account?',
    });
  }
  if (CREDENTIAL_PROVIDERS.has(facts.name)) {
    return fail('CREDENTIALS_MISSING', 'No AWS credentials were found.', {
      detail: facts.message,
      hint: 'Sign in (`aws sso login`), set AWS_PROFILE or AWS_ACCESS_KEY_ID, or run where an IAM role is attached.',
    });
  }
  if (REJECTED_CREDENTIALS.has(facts.name)) {
    return fail('CREDENTIALS_REJECTED', 'AWS does not accept the credentials.', {
      detail: `${facts.name}: ${facts.message}`,
      hint: 'They may be expired, deleted, of another partition, or the clock of this machine may be wrong.',
    });
  }
  if (ACCESS_DENIED.has(facts.name)) {
    return fail('AWS_ACCESS_DENIED', 'AWS refused the action for these credentials.', {
      detail: facts.message,
      hint: 'Allow the action on the table, and on its indexes (`table/<name>/index/*`), in the IAM policy.',
    });
  }
  if (isThrottling(error)) {
    return fail('DYNAMODB_THROTTLED', `${where} kept throttling the requests.`, {
      detail: [
        facts.message,
        ...throttlingReasons(error).map(({ reason, resource }) => `${reason} on ${resource}.`),
      ].join(' '),
      hint: 'Try again later, read less at once, or raise the capacity of the table.',
    });
  }
  if (facts.status === undefined && isTransportError(facts)) {
    return fail('ENDPOINT_UNREACHABLE', `${where} could not be reached.`, {
      detail: facts.message || facts.code,
      hint: transportHint(facts.code, place),
    });
  }
  if (facts.status !== undefined && (facts.name === 'SyntaxError' || facts.name === 'Unknown')) {
    return fail('ENDPOINT_UNREACHABLE', `Something answers at ${where}, but it does not speak DynamoDB.`, {
      detail: `It answered with HTTP status ${facts.status}.`,
      hint: 'Check host, port and scheme of the endpoint, and whether a proxy stands in between.',
    });
  }
  if (facts.status !== undefined && facts.status >= 500) {
    return fail('DYNAMODB_FAILED', `${where} answered with an error.`, {
      detail: `${facts.name}: ${facts.message}`,
      hint: 'This usually passes: try again.',
    });
  }
  if (facts.status !== undefined) {
    return fail('DYNAMODB_REJECTED', 'DynamoDB did not accept the request.', {
      detail: `${facts.name}: ${facts.message}`,
    });
  }
  return fail('INTERNAL', 'A call to DynamoDB failed in an unexpected way.', {
    detail: `${facts.name}: ${facts.message}`,
  });
}

/** What AWS says of credentials that it does not accept. */
export const REJECTED_CREDENTIALS = new Set([
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'IncompleteSignatureException',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'InvalidClientTokenId',
  'RequestExpired',
  'RequestTimeTooSkewed',
]);
const ACCESS_DENIED = new Set(['AccessDeniedException', 'AccessDenied']);
const CREDENTIAL_PROVIDERS = new Set(['CredentialsProviderError', 'TokenProviderError']);

interface ErrorFacts {
  readonly name: string;
  readonly code: string;
  readonly message: string;
  /** HTTP status, when there was an answer at all. */
  readonly status: number | undefined;
}

function factsOf(error: unknown): ErrorFacts {
  // The SDK's errors carry these beside Error's own; any of them may be absent or of another type.
  const raw = Object(error) as Record<string, unknown>;
  const metadata = Object(raw['$metadata']) as Record<string, unknown>;
  return {
    name: textOf(raw['name']),
    code: textOf(raw['code']),
    message: textOf(raw['message']),
    status: typeof metadata['httpStatusCode'] === 'number' ? metadata['httpStatusCode'] : undefined,
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isTransportError(facts: ErrorFacts): boolean {
  return (
    facts.name === 'TimeoutError' || NETWORK_CODES.has(facts.code) || isTlsCode(facts.code) || isHttpCode(facts.code)
  );
}

const UNKNOWN_HOST = new Set(['ENOTFOUND', 'EAI_AGAIN']);
const NETWORK_CODES = new Set([
  ...UNKNOWN_HOST,
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'EACCES',
  'EPERM',
]);

/** Certificate and handshake errors of OpenSSL and Node. */
function isTlsCode(code: string): boolean {
  return /^(ERR_SSL_|ERR_TLS_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH$|EPROTO$)/.test(code);
}

/** Errors of Node's HTTP parser: what came back was not HTTP. */
function isHttpCode(code: string): boolean {
  return code.startsWith('HPE_');
}

function transportHint(code: string, place: CalledPlace): string {
  if (UNKNOWN_HOST.has(code)) {
    return place.endpoint === undefined
      ? `Is "${place.region}" the right name of the region, and is this machine online?`
      : 'Is the host name of the endpoint right, and is this machine online?';
  }
  if (code === 'ECONNREFUSED') return 'Nothing listens there. Is the server running, and is the port right?';
  if (isTlsCode(code)) return 'Is it https or http, and is the certificate of the endpoint trusted here?';
  if (isHttpCode(code)) return 'The answer is not HTTP. Is it https or http, and is the port right?';
  return 'Is the network open to it (VPN, proxy, firewall), and is the server running?';
}
