import { randomUUID } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type AnswerParts, answerRequest, type RequestState } from './answer-request.js';
import { awsErrorOf } from './aws-error.js';
import { Connections } from './connections.js';
import { DEFAULT_LIMITS, type DynamodbEndpoint, type EndpointLimits, type EndpointOptions } from './endpoint.js';
import { listen } from './listen.js';
import { BodyReader } from './read-body.js';
import { type Answer, errorAnswer, sendAnswer } from './send-answer.js';

/** Serves the DynamoDB protocol until it is closed. Throws PORT_IN_USE. */
export async function openDynamodbEndpoint(options: EndpointOptions): Promise<DynamodbEndpoint> {
  const limits: EndpointLimits = { ...DEFAULT_LIMITS, ...options };
  const connections = new Connections();
  const parts = { ...options, bodies: new BodyReader(limits), isClosing: () => connections.areClosing };
  const server = createServer({
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.idleTimeoutMs,
    connectionsCheckingInterval: Math.min(1_000, limits.headersTimeoutMs),
    noDelay: true,
  });
  server.maxConnections = limits.maxConnections;
  server.on('connection', (socket: Socket) => connections.add(socket));
  server.on('request', (_request, response) => {
    void serve(response, { parts, connections, stallTimeoutMs: limits.stallTimeoutMs, onEnd: options.onEnd });
  });
  const url = await listen(server, { host: options.host ?? '127.0.0.1', port: options.port });
  let closing: Promise<void> | undefined;
  return {
    url,
    close: () => {
      closing ??= connections.close(server, limits.graceMs);
      return closing;
    },
  };
}

interface Serving {
  readonly parts: AnswerParts;
  readonly connections: Connections;
  readonly stallTimeoutMs: number;
  readonly onEnd: EndpointOptions['onEnd'];
}

/** Never throws: whatever goes wrong with one request is that request's answer. */
async function serve(response: ServerResponse, serving: Serving): Promise<void> {
  const { parts, connections, stallTimeoutMs, onEnd } = serving;
  const startedAt = performance.now();
  const address = response.req.socket.remoteAddress ?? '';
  let outcome: Outcome | undefined;
  const signal = connections.begin(response, (isAnswered) => {
    const { requestId, verb, principal } = state;
    const status = isAnswered && outcome !== undefined ? outcome.answer.status : 499;
    const ms = performance.now() - startedAt;
    onEnd?.({ requestId, address, verb, principalId: principal?.id, status, error: outcome?.error, ms });
  });
  const state: RequestState = { request: response.req, requestId: randomUUID(), address, signal };
  outcome = await answerOrError(state, parts);
  if (response.destroyed) return;
  const sending = { requestId: state.requestId, closes: parts.isClosing(), stallTimeoutMs };
  try {
    sendAnswer(response, outcome.answer, sending);
  } catch (error) {
    // `forward` gave what is no answer in HTTP, such as a header with a line break; nothing has been sent yet.
    outcome = outcomeOf(error);
    sendAnswer(response, outcome.answer, sending);
  }
}

interface Outcome {
  readonly answer: Answer;
  readonly error?: unknown;
}

async function answerOrError(state: RequestState, parts: AnswerParts): Promise<Outcome> {
  try {
    return { answer: await answerRequest(state, parts) };
  } catch (error) {
    return outcomeOf(error);
  }
}

function outcomeOf(error: unknown): Outcome {
  return { answer: errorAnswer(awsErrorOf(error)), error };
}
