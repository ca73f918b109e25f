import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HeadgateError } from '../base/errors/headgate-error.js';
import type { ServedGateway } from '../serve/serve.js';
import { allOf } from '../wire/cli/admin/paged.js';
import { type ServerClient, serverClient } from '../wire/cli/server/server-client.js';

export const DEMO_CLIENT = 'demo';

interface Client {
  readonly clientId: string;
  readonly name: string;
}

/**
 * Makes the client that may read the sample data through the DynamoDB endpoint, once: whoever revokes it is not given another
 * one. It has no keys yet. Says whether it is there. Throws what the gateway answers, and FILE_ERROR.
 */
export async function ensureDemoClient(
  { url, operatorKey }: Pick<ServedGateway, 'url' | 'operatorKey'>,
  home: string,
  signal: AbortSignal,
): Promise<boolean> {
  const server = serverClient({ url, token: async () => operatorKey }, signal);
  const clients = await allOf<Client>(server, '/v1/clients');
  if (clients.some(({ name }) => name.toLowerCase() === DEMO_CLIENT)) return true;
  const marker = join(home, 'demo-client');
  if (await isThere(marker)) return false;
  await makeClient(server);
  await writeFile(marker, '').catch((cause: unknown) => {
    throw new HeadgateError('FILE_ERROR', `${marker} cannot be written.`, {
      detail: String(cause),
      hint: 'Make the directory writable, or choose another one by HEADGATE_HOME.',
      cause,
    });
  });
  return true;
}

/** Its secret is for nobody: keys are made when they are wanted. */
async function makeClient(server: ServerClient): Promise<void> {
  const { clientId } = await server.call<Client>('POST', '/v1/clients', { name: DEMO_CLIENT, scopes: ['operations'] });
  const grantee = { kind: 'principal', id: clientId };
  await server.call('POST', '/v1/grants', { grantee, schema: 'demo', code: 'R' });
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
