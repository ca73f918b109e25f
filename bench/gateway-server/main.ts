// The process of the gateway: told by its parent where the tables are, and gone when its parent is.
import { serveGateway } from '../../test/gateway/support/served.js';
import { grant, newClient, principal } from '../../test/gateway/support/session.js';

process.once('message', (upstream) => {
  open(String(upstream)).catch((error: unknown) => process.send?.({ failure: String(error) }));
});

async function open(upstream: string): Promise<void> {
  const gateway = await serveGateway({ schemas: { bench: upstream } });
  process.once('disconnect', () => void gateway.close().finally(() => process.exit()));
  const client = await newClient(gateway.operator, 'load', { scopes: ['query'] });
  await grant(gateway.operator, principal(client), 'R', 'bench');
  process.send?.({ url: gateway.url, token: client.token });
}
