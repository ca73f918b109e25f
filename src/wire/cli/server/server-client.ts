import { HeadgateError, type Position } from '../../../base/errors/headgate-error.js';
import { ERROR_KINDS, type ErrorCode } from '../../../base/errors/registry.js';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A running gateway, as its HTTP API gives it. Errors are those of the gateway, or say that it cannot be reached. */
export interface ServerClient {
  /** Without a slash at its end. */
  readonly url: string;
  /** The `data` of the answer. Throws what the gateway answers, ENDPOINT_UNREACHABLE and CANCELLED. */
  call<Data>(method: Method, path: string, body?: unknown): Promise<Data>;
  /** The answer of a call that streams, as soon as its headers are there. Throws as `call` does. */
  stream(path: string, body: unknown): Promise<Response>;
}

export interface ServerAddress {
  readonly url: string;
  /** What stands after `Bearer`; asked before each call. Undefined for calls that need nobody. */
  readonly token: () => Promise<string | undefined>;
}

/** Speaks to the gateway at this address until the signal is aborted. */
export function serverClient({ url, token }: ServerAddress, signal: AbortSignal): ServerClient {
  const send = async (method: Method, path: string, body: unknown): Promise<Response> => {
    const bearer = await token();
    const headers = {
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const request = { method, headers, signal, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await fetch(`${url}${path}`, request).catch((cause) => {
      throw unreachable(url, cause, signal);
    });
    if (!response.ok) throw await errorOf(response, url);
    return response;
  };
  return {
    url,
    async call(method, path, body) {
      const response = await send(method, path, body);
      const envelope: unknown = await response.json().catch((cause) => {
        throw unreachable(url, cause, signal);
      });
      return Object(envelope).data;
    },
    stream: (path, body) => send('POST', path, body),
  };
}

/** The error in the envelope of an answer, or what can be said of an answer without one. */
async function errorOf(response: Response, url: string): Promise<HeadgateError> {
  const body: unknown = await response.json().catch(() => undefined);
  return (
    errorIn(Object(body).error) ??
    new HeadgateError('ENDPOINT_UNREACHABLE', `${url} answered with HTTP status ${response.status}.`, {
      detail: 'The answer is not that of a Headgate.',
      hint: 'Check the address in HEADGATE_URL or --server.',
    })
  );
}

/** An error as the API writes it; undefined when it is none. */
export function errorIn(value: unknown): HeadgateError | undefined {
  const { code, message, detail, hint, position } = Object(value);
  if (typeof message !== 'string') return undefined;
  return new HeadgateError(isCode(code) ? code : 'INTERNAL', message, {
    ...(typeof detail === 'string' ? { detail } : {}),
    ...(typeof hint === 'string' ? { hint } : {}),
    ...(isPosition(position) ? { position } : {}),
  });
}

/** A gateway of a later version may know codes that this one does not. */
function isCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_KINDS, code);
}

function isPosition(value: unknown): value is Position {
  const { line, column } = Object(value);
  return typeof line === 'number' && typeof column === 'number';
}

function unreachable(url: string, cause: unknown, signal: AbortSignal): HeadgateError {
  if (signal.aborted) return new HeadgateError('CANCELLED', 'The request was cancelled.', { cause });
  const { cause: reason } = Object(cause);
  return new HeadgateError('ENDPOINT_UNREACHABLE', `The gateway at ${url} cannot be reached.`, {
    detail: reason instanceof Error ? reason.message : String(cause),
    hint: 'Check that it runs (`headgate up`), and the address in HEADGATE_URL or --server.',
    cause,
  });
}
