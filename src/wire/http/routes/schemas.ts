import type { FastifyInstance } from 'fastify';
import {
  changeSchema,
  createSchema,
  getRole,
  removeSchema,
  rotateExternalId,
  validateRole,
} from '../contract/schemas.js';
import { addEndpoint } from '../server/add-endpoint.js';
import type { RouteContext } from './route-context.js';
import { streamValidation } from './stream-validation.js';

/** Defining schemas, and the roles that let them in. */
export function addSchemaRoutes(server: FastifyInstance, { services, stallTimeoutMs }: RouteContext): void {
  const { schemas } = services;
  addEndpoint(server, services, {
    endpoint: createSchema,
    handle: ({ caller, body }) => schemas.create(caller, body),
  });
  addEndpoint(server, services, {
    endpoint: changeSchema,
    handle: ({ caller, params, body, signal }) => schemas.change(caller, params.schema, body, signal),
  });
  addEndpoint(server, services, {
    endpoint: removeSchema,
    handle: async ({ caller, params }) => {
      await schemas.remove(caller, params.schema);
      return { schemaName: params.schema };
    },
  });
  addEndpoint(server, services, {
    endpoint: rotateExternalId,
    handle: ({ caller, params }) => schemas.rotateExternalId(caller, params.schema),
  });
  addEndpoint(server, services, {
    endpoint: getRole,
    handle: ({ caller, params, query, signal }) => schemas.role(caller, params.schema, query.format, signal),
  });
  addEndpoint(server, services, {
    endpoint: validateRole,
    handle: async ({ caller, params, body, signal, reply }) => {
      if (body?.format !== 'ndjson') return await schemas.validate(caller, params.schema, { signal });
      await streamValidation({
        validate: (onEvent) => schemas.validate(caller, params.schema, { signal, onEvent }),
        stallTimeoutMs,
        signal,
        reply,
      });
      return undefined;
    },
  });
}
