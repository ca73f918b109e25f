import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DOCS_POLICY, docsPage } from '../openapi/docs-page.js';
import { openApiDocument } from '../openapi/openapi-document.js';
import { passGate } from '../server/gate.js';
import type { RouteContext } from './route-context.js';

/** What the API says of itself: to programs, and to people. */
export function addDocumentRoutes(server: FastifyInstance, { services, version }: RouteContext): void {
  const document = openApiDocument(version);
  const json = JSON.stringify(document);
  const page = docsPage(document);
  const onRequest = (request: FastifyRequest, reply: FastifyReply) =>
    passGate(services, { request, reply, scope: 'none' });
  server.get('/v1/openapi.json', { onRequest }, async (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(json),
  );
  server.get('/docs', { onRequest }, async (_request, reply) =>
    reply.header('content-security-policy', DOCS_POLICY).type('text/html; charset=utf-8').send(page),
  );
}
