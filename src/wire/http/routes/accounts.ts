import type { FastifyInstance } from 'fastify';
import {
  changeClient,
  changeGroup,
  changeUser,
  createClient,
  createGroup,
  createUser,
  listClients,
  listGroups,
  listUsers,
  removeClient,
  removeGroup,
  removeUser,
  rotateSecret,
} from '../contract/accounts.js';
import { addEndpoint } from '../server/add-endpoint.js';
import type { RouteContext } from './route-context.js';

/** Clients, users and groups. */
export function addAccountRoutes(server: FastifyInstance, { services }: RouteContext): void {
  const { admin } = services;
  addEndpoint(server, services, {
    endpoint: listClients,
    handle: ({ caller, query }) => admin.listClients(caller, query),
  });
  addEndpoint(server, services, {
    endpoint: createClient,
    handle: ({ caller, body }) => admin.createClient(caller, body),
  });
  addEndpoint(server, services, {
    endpoint: changeClient,
    handle: ({ caller, params, body }) => admin.changeClient(caller, params.id, body),
  });
  addEndpoint(server, services, {
    endpoint: rotateSecret,
    handle: ({ caller, params }) => admin.rotateSecret(caller, params.id),
  });
  addEndpoint(server, services, {
    endpoint: removeClient,
    handle: async ({ caller, params: { id } }) => {
      await admin.removeClient(caller, id);
      return { id };
    },
  });
  addEndpoint(server, services, {
    endpoint: listUsers,
    handle: ({ caller, query }) => admin.listUsers(caller, query),
  });
  addEndpoint(server, services, {
    endpoint: createUser,
    handle: ({ caller, body }) => admin.createUser(caller, body),
  });
  addEndpoint(server, services, {
    endpoint: changeUser,
    handle: ({ caller, params, body }) => admin.changeUser(caller, params.id, body),
  });
  addEndpoint(server, services, {
    endpoint: removeUser,
    handle: async ({ caller, params: { id } }) => {
      await admin.removeUser(caller, id);
      return { id };
    },
  });
  addEndpoint(server, services, {
    endpoint: listGroups,
    handle: ({ caller, query }) => admin.listGroups(caller, query),
  });
  addEndpoint(server, services, {
    endpoint: createGroup,
    handle: ({ caller, body }) => admin.createGroup(caller, body),
  });
  addEndpoint(server, services, {
    endpoint: changeGroup,
    handle: ({ caller, params, body }) => admin.changeGroup(caller, params.id, body),
  });
  addEndpoint(server, services, {
    endpoint: removeGroup,
    handle: async ({ caller, params: { id } }) => {
      await admin.removeGroup(caller, id);
      return { id };
    },
  });
}
