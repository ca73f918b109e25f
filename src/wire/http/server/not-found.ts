import type { FastifyInstance } from 'fastify';
import { HeadgateError } from '../../../base/errors/headgate-error.js';
import type { HttpServices } from '../contract/http-services.js';
import { passGate } from './gate.js';

/** Answers paths that no route has with NOT_FOUND, and methods that a path does not have with METHOD_NOT_ALLOWED and Allow. */
export function answerUnknownPaths(server: FastifyInstance, services: HttpServices): void {
  const routes: { readonly pattern: RegExp; readonly method: string }[] = [];
  server.addHook('onRoute', ({ url, method }) => {
    const pattern = new RegExp(`^${url.replaceAll(/[.]/g, '\\.').replaceAll(/:\w+/g, '[^/]+')}$`);
    for (const each of [method].flat()) routes.push({ pattern, method: each });
  });
  server.setNotFoundHandler(async (request, reply) => {
    await passGate(services, { request, reply, scope: 'none' });
    const [path = ''] = request.url.split('?', 1);
    const allowed = routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
    if (allowed.length === 0) {
      throw new HeadgateError('NOT_FOUND', 'there is nothing at this path', { hint: 'The calls are listed at /docs.' });
    }
    const names = [...new Set(allowed)].join(', ');
    reply.header('allow', names);
    throw new HeadgateError('METHOD_NOT_ALLOWED', `this path does not have the method ${request.method}`, {
      hint: `It has ${names}.`,
    });
  });
}
