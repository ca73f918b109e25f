import type { Logger } from 'pino';
import { Counter, Histogram, type Registry } from 'prom-client';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import { SignatureRefused } from '../../identity/signature/signature-refused.js';
import { AwsError } from '../../wire/dynamodb/aws-error.js';
import type { EndpointRecord } from '../../wire/dynamodb/endpoint.js';

const SECONDS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30];

/**
 * Writes a log line for each request of the endpoint and counts it: who, what, how it ended and how long it took. Nothing that
 * a client sends stands in either but the name of a verb that is known, so no secret can; only a bug is described.
 */
export function watchEndpoint(log: Logger, metrics: Registry): (record: EndpointRecord) => void {
  const requests = new Counter({
    name: 'headgate_dynamodb_requests_total',
    help: 'Requests to the DynamoDB endpoint that have ended; status 499 where the client had gone.',
    labelNames: ['verb', 'status'],
    registers: [metrics],
  });
  const durations = new Histogram({
    name: 'headgate_dynamodb_request_seconds',
    help: 'From the headers of a request to the DynamoDB endpoint to the end of its answer.',
    labelNames: ['verb'],
    buckets: SECONDS,
    registers: [metrics],
  });
  return ({ requestId, verb, principalId, status, error, ms }) => {
    const label = verb ?? 'unknown';
    requests.inc({ verb: label, status });
    durations.observe({ verb: label }, ms / 1000);
    const isBug = isUnexpected(error);
    const entry = {
      requestId,
      endpoint: `dynamodb ${label}`,
      status,
      ms: Math.round(ms * 10) / 10,
      ...(principalId === undefined ? {} : { principal: principalId }),
      ...(error === undefined ? {} : { code: codeOf(error) }),
      ...(isBug ? { stacks: stacksOf(error) } : {}),
    };
    log[isBug ? 'error' : 'info'](entry, 'request');
  };
}

function codeOf(error: unknown): string {
  if (error instanceof HeadgateError) return error.code;
  if (error instanceof SignatureRefused) return `signature ${error.reason}`;
  return error instanceof AwsError ? error.kind.type : 'INTERNAL';
}

function isUnexpected(error: unknown): boolean {
  return error !== undefined && codeOf(error) === 'INTERNAL';
}

/** An error and its causes, as the log has them. */
export function stacksOf(error: unknown): string[] {
  return error instanceof Error ? [error.stack ?? error.message, ...stacksOf(error.cause)] : [];
}
