import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DOCS_POLICY, docsPage } from '../openapi/docs-page.js';
import { openApiDocument } from '../openapi/openapi-document.js';
import { passGate } from '../server/gate.js';
import type { RouteContext } from './route-context.js';

/** What the API says of itself: to programs, and to people. */
export function addDocumentRoutes(server: FastifyInstance, { services, version }: RouteContext): void {
  // Made when somebody first asks for it: most processes start more often than that.
  let made: { readonly json: string; readonly page: string } | undefined;
  const documents = () => {
    if (made !== undefined) return made;
    const document = openApiDocument(version);
    made = { json: JSON.stringify(document), page: docsPage(document) };
    return made;
  };
  const onRequest = (request: FastifyRequest, reply: FastifyReply) =>
    passGate(services, { request, reply, scope: 'none' });
  server.get('/v1/openapi.json', { onRequest }, async (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(documents().json),
  );
  server.get('/docs', { onRequest }, async (_request, reply) =>
    reply.header('content-security-policy', DOCS_POLICY).type('text/html; charset=utf-8').send(documents().page),
  );
}
