import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { AccessKeyWithSecret } from '../../src/identity/access-keys.js';

export interface StartedEndpoint {
  readonly url: string;
  readonly keys: AccessKeyWithSecret;
  /** What its process has taken of the processor, in milliseconds. */
  cpuMs(): Promise<number>;
  close(): Promise<void>;
}

/**
 * The endpoint of the gateway in a process of its own, with real identity, in front of a local DynamoDB. It forwards every
 * call as it is: what deciding takes is another matter.
 */
export async function startEndpoint(upstream: string): Promise<StartedEndpoint> {
  const child = fork(fileURLToPath(new URL('./main.js', import.meta.url)));
  const exit = once(child, 'exit');
  child.send(upstream);
  const ended = exit.then(() => [{ failure: 'it ended before it listened' }]);
  const [{ url, keys, failure }] = await Promise.race([once(child, 'message'), ended]);
  if (url === undefined) throw new Error(`The endpoint did not come up: ${failure}`);
  return {
    url,
    keys,
    async cpuMs() {
      child.send('usage');
      const [{ user, system }] = await once(child, 'message');
      return (user + system) / 1000;
    },
    async close() {
      child.disconnect();
      await exit;
    },
  };
}
