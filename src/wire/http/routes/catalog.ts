import type { FastifyInstance } from 'fastify';
import { getSchema, getTable, listSchemas, listTables } from '../contract/catalog.js';
import { addEndpoint } from '../server/add-endpoint.js';
import type { RouteContext } from './route-context.js';
import { tableRecordOf } from './table-record.js';

export function addCatalogRoutes(server: FastifyInstance, { services }: RouteContext): void {
  const { catalog } = services;
  addEndpoint(server, services, {
    endpoint: listSchemas,
    handle: ({ caller, query }) => catalog.schemas(caller, query),
  });
  addEndpoint(server, services, {
    endpoint: getSchema,
    handle: ({ caller, params }) => catalog.schema(caller, params.schema),
  });
  addEndpoint(server, services, {
    endpoint: listTables,
    handle: ({ caller, params, query, signal }) => catalog.tables(caller, params.schema, query, signal),
  });
  addEndpoint(server, services, {
    endpoint: getTable,
    handle: async ({ caller, params, signal }) => tableRecordOf(await catalog.table(caller, params, signal)),
  });
}
