import type { FastifyInstance } from 'fastify';
import { createGrant, getWhy, listGrants, listLimits, removeGrant, removeLimit, setLimit } from '../contract/grants.js';
import { addEndpoint } from '../server/add-endpoint.js';
import type { RouteContext } from './route-context.js';

/** Grants, limits, and why a principal may or may not. */
export function addGrantRoutes(server: FastifyInstance, { services }: RouteContext): void {
  const { admin } = services;
  addEndpoint(server, services, {
    endpoint: listGrants,
    handle: ({ caller, query }) => admin.listGrants(caller, query),
  });
  addEndpoint(server, services, {
    endpoint: createGrant,
    handle: ({ caller, body }) => admin.createGrant(caller, body),
  });
  addEndpoint(server, services, {
    endpoint: removeGrant,
    handle: async ({ caller, params: { id } }) => {
      await admin.removeGrant(caller, id);
      return { id };
    },
  });
  addEndpoint(server, services, {
    endpoint: listLimits,
    handle: ({ caller, query }) => admin.listLimits(caller, query),
  });
  addEndpoint(server, services, {
    endpoint: setLimit,
    handle: ({ caller, params, body }) => admin.setLimit(caller, params.id, body),
  });
  addEndpoint(server, services, {
    endpoint: removeLimit,
    handle: async ({ caller, params: { id } }) => {
      await admin.removeLimit(caller, id);
      return { id };
    },
  });
  addEndpoint(server, services, {
    endpoint: getWhy,
    handle: ({ caller, query }) => admin.why(caller, query),
  });
}
