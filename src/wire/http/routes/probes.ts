import type { FastifyInstance } from 'fastify';
import { HeadgateError } from '../../../base/errors/headgate-error.js';
import { passGate } from '../server/gate.js';
import type { RouteContext } from './route-context.js';

/** What watches the gateway asks: whether it lives, whether it can serve, and how much it does. */
export function addProbeRoutes(server: FastifyInstance, context: RouteContext): void {
  const { services, metrics, openMetrics } = context;
  server.get('/healthz', async () => ({ success: true, data: { status: 'ok' } }));
  server.get('/readyz', async () => ({ success: true, data: { checks: await readyChecks(context) } }));
  server.get(
    '/metrics',
    {
      onRequest: (request, reply) =>
        passGate(services, { request, reply, scope: openMetrics === true ? 'none' : 'admin' }),
    },
    async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()),
  );
}

/** Throws UNAVAILABLE, which names what is not ready. */
async function readyChecks({ services, isClosing }: RouteContext) {
  const checks = [{ name: 'accepting requests', isReady: !isClosing() }, ...(await services.readiness())];
  const missing = checks.filter(({ isReady }) => !isReady).map(({ name }) => name);
  if (missing.length > 0) {
    throw new HeadgateError('UNAVAILABLE', 'the gateway is not ready', { detail: `Not ready: ${missing.join(', ')}.` });
  }
  return checks.map(({ name, isReady }) => ({ name, isReady }));
}
