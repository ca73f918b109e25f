import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface GatewayServer {
  readonly url: string;
  /** Of a client that may read the schema `bench`. */
  readonly token: string;
  close(): Promise<void>;
}

/** The whole gateway in a process of its own, with an embedded store, in front of a local DynamoDB. */
export async function startGatewayServer(upstream: string): Promise<GatewayServer> {
  const child = fork(fileURLToPath(new URL('./main.js', import.meta.url)));
  const exit = once(child, 'exit');
  child.send(upstream);
  const ended = exit.then(() => [{ failure: 'it ended before it listened' }]);
  const [{ url, token, failure }] = await Promise.race([once(child, 'message'), ended]);
  if (url === undefined) throw new Error(`The gateway did not come up: ${failure}`);
  return {
    url,
    token,
    async close() {
      child.disconnect();
      await exit;
    },
  };
}
