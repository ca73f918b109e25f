import type { FastifyInstance } from 'fastify';
import { createKey, listKeys, revokeKey } from '../contract/access-keys.js';
import { addEndpoint } from '../server/add-endpoint.js';
import type { RouteContext } from './route-context.js';

/** Access keys of clients, for the DynamoDB endpoint. */
export function addKeyRoutes(server: FastifyInstance, { services }: RouteContext): void {
  const { admin } = services;
  addEndpoint(server, services, {
    endpoint: listKeys,
    handle: ({ caller, params }) => admin.listKeys(caller, params.id),
  });
  addEndpoint(server, services, {
    endpoint: createKey,
    handle: ({ caller, params }) => admin.createKey(caller, params.id),
  });
  addEndpoint(server, services, {
    endpoint: revokeKey,
    handle: async ({ caller, params: { id, keyId } }) => {
      await admin.revokeKey(caller, id, keyId);
      return { keyId };
    },
  });
}
