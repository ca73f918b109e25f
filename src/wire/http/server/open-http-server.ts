import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { HeadgateError } from '../../../base/errors/headgate-error.js';
import { addRoutes } from '../routes/add-routes.js';
import { buildServer } from './build-server.js';
import { closeServer } from './close-server.js';
import { HttpMetrics } from './metrics.js';
import { DEFAULT_LIMITS, type HttpServerOptions } from './options.js';
import { RequestStates } from './request-state.js';

export interface HttpServer {
  /** Without a slash at its end. */
  readonly url: string;
  readonly port: number;
  /**
   * Takes no more requests, and lets those under way end within `graceMs`; what still runs then ends with UNAVAILABLE. Safe to
   * call twice.
   */
  close(): Promise<void>;
}

/** Serves the HTTP API. Throws PORT_IN_USE, and USAGE when the host or the port cannot be listened on for another reason. */
export async function openHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const settings = { ...DEFAULT_LIMITS, ...options, host: options.host ?? '127.0.0.1' };
  const states = new RequestStates();
  const { results } = settings;
  const metrics = new HttpMetrics({ requestsUnderWay: () => states.size, results }, settings.metrics);
  const server = buildServer(settings, { states, metrics });
  addRoutes(server, { ...settings, metrics, isClosing: () => states.isClosed });
  await listen(server, settings);
  // A server that listens on a port has an address of this form.
  const { port } = server.server.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  return {
    url: `http://${settings.host.includes(':') ? `[${settings.host}]` : settings.host}:${port}`,
    port,
    close: () => {
      closing ??= closeServer(server, states, settings.graceMs);
      return closing;
    },
  };
}

async function listen(
  server: FastifyInstance,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<void> {
  try {
    await server.listen({ host, port });
  } catch (cause) {
    await server.close();
    throw listenError(cause, host, port);
  }
}

function listenError(cause: unknown, host: string, port: number): unknown {
  const { code } = Object(cause);
  switch (code) {
    case 'EADDRINUSE':
      return new HeadgateError('PORT_IN_USE', `port ${port} of ${host} is in use by another program`, {
        hint: 'Choose another port, or 0 for any that is free.',
        cause,
      });
    case 'EACCES':
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new HeadgateError('USAGE', `cannot listen on port ${port} of ${host}`, {
        detail: `The operating system says ${code}.`,
        hint: 'Choose an address of this machine, and a port above 1023.',
        cause,
      });
    default:
      return cause;
  }
}
