import type { IncomingMessage } from 'node:http';
import type { Principal } from '../../access/principal.js';
import type { RequestHead } from '../../identity/signature/signature-verifier.js';
import { AwsError } from './aws-error.js';
import { checkJson } from './check-json.js';
import type { EndpointOptions } from './endpoint.js';
import { ACCESS_DENIED, INCOMPLETE_SIGNATURE, UNAVAILABLE } from './error-types.js';
import { DESCRIBE_ENDPOINTS, operationOf } from './operation-of.js';
import type { BodyReader, ReadBody } from './read-body.js';
import { type Answer, jsonAnswer, textAnswer } from './send-answer.js';

/** A request, and what becomes known of it on its way. */
export interface RequestState {
  readonly request: IncomingMessage;
  readonly requestId: string;
  readonly address: string;
  /** Aborted when the client has gone or the endpoint closes. */
  readonly signal: AbortSignal;
  principal?: Principal;
  verb?: string;
}

export interface AnswerParts extends Pick<EndpointOptions, 'signatures' | 'forward'> {
  readonly bodies: BodyReader;
  readonly isClosing: () => boolean;
}

/** The answer to one request. Throws AwsError, HeadgateError, and whatever `forward` throws. */
export async function answerRequest(state: RequestState, parts: AnswerParts): Promise<Answer> {
  const { method, url = '/', headers } = state.request;
  const [path, query] = url.split('?', 2);
  if (method === 'GET' && path === '/') return health(headers.host ?? '', parts.isClosing());
  if (method !== 'POST' || path !== '/') {
    await parts.bodies.discard(state.request);
    return textAnswer(404, 'application/xml', '<UnknownOperationException/>\n');
  }
  const { body, principal } = await readSigned(state.request, query, parts);
  state.principal = principal;
  try {
    const verb = operationOf(String(headers['x-amz-target']));
    state.verb = verb;
    checkScope(principal);
    checkJson(body.bytes);
    if (verb === DESCRIBE_ENDPOINTS) return endpoints(headers.host ?? '');
    const { requestId, address, signal } = state;
    return await parts.forward({ principal, requestId, address }, verb, body.bytes, signal);
  } finally {
    body.release();
  }
}

/** The body of a request, and who signed both. Only what may be rightly signed is kept while it is read. */
async function readSigned(
  request: IncomingMessage,
  query: string | undefined,
  { signatures, bodies }: AnswerParts,
): Promise<{ readonly body: ReadBody; readonly principal: Principal }> {
  const head = { method: 'POST', path: '/', rawHeaders: request.rawHeaders };
  const begun = await begin(head, query, signatures).catch(async (error: unknown) => {
    await bodies.discard(request);
    throw error;
  });
  const body = await bodies.read(request);
  try {
    return { body, principal: await begun.finish(body.hash) };
  } catch (error) {
    body.release();
    throw error;
  }
}

/** Signatures in the query are for links, and no SDK makes links to DynamoDB; nothing else belongs there. */
async function begin(head: RequestHead, query: string | undefined, signatures: AnswerParts['signatures']) {
  if (query === undefined) return await signatures.begin(head);
  const advice = 'Sign the request in its Authorization header.';
  throw new AwsError(INCOMPLETE_SIGNATURE, `AWS query-string parameters are not taken here. ${advice}`);
}

/** A scope opens a door, and a grant opens a table: the second is the matter of `forward`. */
function checkScope({ scopes }: Principal): void {
  if (scopes.has('operations')) return;
  const message = "The client lacks the scope 'operations'. An administrator can give it to the client.";
  throw new AwsError(ACCESS_DENIED, message);
}

function health(host: string, isClosing: boolean): Answer {
  if (isClosing) throw new AwsError(UNAVAILABLE, 'The gateway is shutting down.');
  return textAnswer(200, 'text/plain', `healthy: dynamodb ${host}`.trim());
}

/** Here, for a day. */
function endpoints(host: string): Answer {
  return jsonAnswer({ Endpoints: [{ Address: host, CachePeriodInMinutes: 1440 }] });
}
