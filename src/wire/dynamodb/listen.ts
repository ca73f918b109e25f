import { once } from 'node:events';
import type { Server } from 'node:http';
import { HeadgateError } from '../../base/errors/headgate-error.js';

/** Starts to listen, and gives the URL. Throws PORT_IN_USE, also when the address is none of this machine. */
export async function listen(server: Server, place: { readonly host: string; readonly port: number }): Promise<string> {
  const { host, port } = place;
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new HeadgateError('PORT_IN_USE', `The DynamoDB endpoint cannot listen on ${host}:${port}.`, {
      detail,
      hint: 'Choose another port, or 0 for any free one.',
      cause,
    });
  }
  const address = server.address();
  const taken = typeof address === 'object' && address !== null ? address.port : port;
  return `http://${host.includes(':') ? `[${host}]` : host}:${taken}`;
}
