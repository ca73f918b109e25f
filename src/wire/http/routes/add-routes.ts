import type { FastifyInstance } from 'fastify';
import { addKeyRoutes } from './access-keys.js';
import { addAccountRoutes } from './accounts.js';
import { addCatalogRoutes } from './catalog.js';
import { addDocumentRoutes } from './documents.js';
import { addGrantRoutes } from './grants.js';
import { addOauthRoutes } from './oauth.js';
import { addOperationRoutes } from './operations.js';
import { addProbeRoutes } from './probes.js';
import { addQueryRoutes } from './query.js';
import type { RouteContext } from './route-context.js';
import { addSchemaRoutes } from './schemas.js';
import { addTokenRoutes } from './tokens.js';
import { addUsageRoutes } from './usage.js';

/** Everything that the server answers. */
export function addRoutes(server: FastifyInstance, context: RouteContext): void {
  addTokenRoutes(server, context);
  addOauthRoutes(server, context);
  addQueryRoutes(server, context);
  addOperationRoutes(server, context);
  addCatalogRoutes(server, context);
  addSchemaRoutes(server, context);
  addUsageRoutes(server, context);
  addAccountRoutes(server, context);
  addKeyRoutes(server, context);
  addGrantRoutes(server, context);
  addProbeRoutes(server, context);
  addDocumentRoutes(server, context);
}
