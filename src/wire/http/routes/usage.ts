import type { FastifyInstance } from 'fastify';
import { getAudit, getAuditVerification, getUsage } from '../contract/usage.js';
import { addEndpoint } from '../server/add-endpoint.js';
import type { RouteContext } from './route-context.js';

export function addUsageRoutes(server: FastifyInstance, { services }: RouteContext): void {
  addEndpoint(server, services, {
    endpoint: getUsage,
    handle: ({ caller, query }) => services.usage.summary(caller, query),
  });
  addEndpoint(server, services, {
    endpoint: getAudit,
    handle: ({ caller, query }) => services.audit.list(caller, query),
  });
  addEndpoint(server, services, {
    endpoint: getAuditVerification,
    handle: ({ caller, signal }) => services.audit.verify(caller, signal),
  });
}
