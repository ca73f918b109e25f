import type { FastifyInstance } from 'fastify';
import { type Operation, readOperation } from '../../../operations/run/operation.js';
import { listActions, postAction, postOperation } from '../contract/operations.js';
import { addEndpoint } from '../server/add-endpoint.js';
import { operationCapacityOf } from './operation-capacity.js';
import type { RouteContext } from './route-context.js';
import { streamOperation } from './stream-operation.js';

/** DynamoDB's own operations, and typed actions. */
export function addOperationRoutes(server: FastifyInstance, context: RouteContext): void {
  const { services } = context;
  const { operations } = services;
  addEndpoint(server, services, {
    endpoint: postOperation,
    handle: async ({ caller, body: { format }, request, signal, reply }) => {
      const operation = operationOf(request.body);
      if (format === 'ndjson') {
        await streamOperation(context, { caller, operation, signal, reply });
        return undefined;
      }
      const { answer, spent, warnings } = await operations.run(caller, operation, signal);
      return { answer, capacity: operationCapacityOf(spent), warnings: [...warnings] };
    },
  });
  addEndpoint(server, services, {
    endpoint: listActions,
    handle: async () => ({ items: [...operations.actions()] }),
  });
  addEndpoint(server, services, {
    endpoint: postAction,
    handle: async ({ caller, params: { action }, request, signal }) => {
      const { output, spent } = await operations.act(caller, { action, input: request.body }, signal);
      return { output, capacity: operationCapacityOf(spent) };
    },
  });
}

/** The operation as it was sent, and not as the contract reads it, which knows only a part of it. */
function operationOf(body: unknown): Operation {
  const words = Object.entries(Object(body)).filter(([name]) => name !== 'format');
  return readOperation(Object.fromEntries(words), { plain: false });
}
