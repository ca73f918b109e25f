import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { HeadgateError } from '../../../base/errors/headgate-error.js';
import type { ErrorBody } from '../contract/envelope.js';

/** What the client is told of an error. */
export function errorBodyOf(error: HeadgateError, requestId: string): ErrorBody {
  return {
    code: error.code,
    message: error.message,
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.position === undefined ? {} : { position: error.position }),
    requestId,
  };
}

/** Any error as one of ours: those of Fastify are about what the client sent, others are bugs and are not described. */
export function headgateErrorOf(error: unknown): HeadgateError {
  if (error instanceof HeadgateError) return error;
  const { code, statusCode } = partsOf(error);
  const cause = { cause: error };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new HeadgateError('REQUEST_TOO_LARGE', 'the body of the request is too large', cause);
  }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return invalid('the body has a content type that is not taken here', 'Send JSON as application/json.', error);
  }
  if (code === 'FST_ERR_CTP_INVALID_JSON_BODY') return invalid('the body is not valid JSON', undefined, error);
  if (statusCode >= 400 && statusCode < 500) return invalid('the request is malformed', undefined, error);
  return new HeadgateError('INTERNAL', 'something unexpected happened', {
    hint: 'Report it with the request id; the log of the gateway tells more.',
    cause: error,
  });
}

function invalid(message: string, hint: string | undefined, cause: unknown): HeadgateError {
  return new HeadgateError('REQUEST_INVALID', message, { ...(hint === undefined ? {} : { hint }), cause });
}

function partsOf(error: unknown): Pick<FastifyError, 'code'> & { readonly statusCode: number } {
  const { code, statusCode } = Object(error);
  return { code: String(code), statusCode: Number(statusCode ?? 500) };
}

/** Sends the error in the envelope. */
export function sendError(error: HeadgateError, request: FastifyRequest, reply: FastifyReply): void {
  if (error.kind.httpStatus === 401) reply.header('www-authenticate', 'Bearer realm="headgate"');
  setRetryAfter(error, reply);
  void reply
    .code(error.kind.httpStatus)
    .header('content-type', 'application/json; charset=utf-8')
    .send(JSON.stringify({ success: false, error: errorBodyOf(error, request.id) }));
}

/** Tells a client that came too often when to come again; sign-in knows the time, see `TokenService`. */
export function setRetryAfter(error: HeadgateError, reply: FastifyReply): void {
  if (error.kind.httpStatus !== 429 || reply.hasHeader('retry-after')) return;
  const { retryAfterSeconds } = Object(error);
  reply.header('retry-after', typeof retryAfterSeconds === 'number' ? Math.max(1, Math.ceil(retryAfterSeconds)) : 1);
}

/**
 * Answers what is no HTTP request, or did not arrive in time, and closes the connection; without an answer where
 * `isAnswerable` is not so. Returns what was answered, for the log.
 */
export function refuseConnection(
  error: Error & { readonly code?: string },
  socket: Socket,
  isAnswerable: boolean,
): { readonly requestId: string; readonly status: number; readonly code: string } | undefined {
  if (error.code === 'ECONNRESET' || !socket.writable || !isAnswerable) {
    socket.destroy();
    return undefined;
  }
  const requestId = randomUUID();
  const { status, problem } = meaningOf(error.code);
  const body = JSON.stringify({ success: false, error: errorBodyOf(problem, requestId) });
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'x-request-id': requestId,
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  // Those who do not read the answer must not hold the connection either.
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`, () => socket.destroy());
  return { requestId, status, code: problem.code };
}

function meaningOf(code: string | undefined): { readonly status: number; readonly problem: HeadgateError } {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { status: 408, problem: new HeadgateError('REQUEST_INVALID', 'the request did not arrive in time') };
    case 'HPE_HEADER_OVERFLOW':
      return {
        status: 431,
        problem: new HeadgateError('REQUEST_TOO_LARGE', 'the headers of the request are too large'),
      };
    default:
      return { status: 400, problem: new HeadgateError('REQUEST_INVALID', 'this is not an HTTP request') };
  }
}
