import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { RateLimited } from '../../base/errors/rate-limited.js';
import type { ServerConfig } from '../../config/headgate-config.js';
import { OperationGate, type OperationGateParts } from '../../gate/operation-gate.js';
import type { Identity } from '../../identity/create-identity.js';
import type { DynamodbEndpoint } from '../../wire/dynamodb/endpoint.js';
import { openDynamodbEndpoint } from '../../wire/dynamodb/open-endpoint.js';
import type { Limiters } from '../limiters.js';
import { watchEndpoint } from './watch-endpoint.js';

export interface EndpointParts {
  readonly server: Pick<ServerConfig, 'host' | 'endpointPort'>;
  readonly identity: Pick<Identity, 'signatures'>;
  readonly operations: Omit<OperationGateParts, 'frontEnd'>;
  readonly limiters: Pick<Limiters, 'requests'>;
  readonly log: Logger;
  readonly metrics: Registry;
}

/** Serves DynamoDB's protocol through the gate. Throws PORT_IN_USE. */
export function serveEndpoint(parts: EndpointParts): Promise<DynamodbEndpoint> {
  const { server, identity, operations, limiters, log, metrics } = parts;
  const gate = new OperationGate({ ...operations, frontEnd: 'dynamodb' });
  return openDynamodbEndpoint({
    host: server.host,
    port: server.endpointPort,
    signatures: identity.signatures,
    onEnd: watchEndpoint(log, metrics),
    async forward(caller, verb, body, signal) {
      const admission = await limiters.requests.admit(caller);
      if (!admission.admitted) throw tooMany(admission.retryAfterSeconds);
      return await gate.forward(caller, { verb, body }, signal);
    },
  });
}

function tooMany(seconds: number): RateLimited {
  return new RateLimited(seconds, 'You have sent too many requests.', {
    hint: `Try again in ${Math.ceil(seconds)} s.`,
  });
}
