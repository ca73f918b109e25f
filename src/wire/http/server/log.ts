import { type DestinationStream, type Logger, pino } from 'pino';
import type { RequestState } from './request-state.js';

/** Fields that are never written, wherever they stand; the entries below do not hold them in the first place. */
const SECRET_FIELDS = [
  'authorization',
  'cookie',
  'clientSecret',
  'client_secret',
  'password',
  'accessToken',
  'refreshToken',
];
const REDACTED = SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`, `*.*.*.${field}`]);

/** A log of JSON lines, to standard output unless told otherwise. */
export function openLog(destination?: DestinationStream, level = 'info'): Logger {
  const options = { level, base: null, redact: { paths: REDACTED, censor: '[redacted]' } };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** Asked every few seconds by those who watch the gateway. */
const PROBES = /^(GET|HEAD) \/(healthz|readyz)$/;

/**
 * One line per request: who, what, how it ended and how long it took. No statements, parameters, queries of URLs or
 * messages: they quote what only its sender may know. Only a bug is described, because it is to be found.
 */
export function logRequest(
  log: Logger,
  { endpoint, caller, error }: RequestState,
  entry: { readonly requestId: string; readonly status: number; readonly ms: number },
): void {
  const isBug = error?.code === 'INTERNAL';
  const fields = {
    ...entry,
    endpoint,
    ...(caller === undefined ? {} : { principal: caller.principal.id }),
    ...(error === undefined ? {} : { code: error.code }),
    ...(isBug ? { stacks: stacksOf(error) } : {}),
  };
  const level = isBug ? 'error' : PROBES.test(endpoint) ? 'debug' : 'info';
  log[level](fields, 'request');
}

function stacksOf(error: unknown): string[] {
  return error instanceof Error ? [error.stack ?? error.message, ...stacksOf(error.cause)] : [];
}
