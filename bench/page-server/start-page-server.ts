import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { PageServerOptions } from './server.js';

export interface PageServer {
  /** For example `http://127.0.0.1:41234`. */
  readonly endpoint: string;
  close(): Promise<void>;
}

/** A page server in a process of its own, so that its work is not counted as that of the measured process. */
export async function startPageServer(options: PageServerOptions): Promise<PageServer> {
  const child = fork(fileURLToPath(new URL('./main.js', import.meta.url)));
  const exit = once(child, 'exit');
  child.send(options);
  const ended = exit.then(() => ({ failure: 'it ended before it listened' }));
  const [answer] = await Promise.race([once(child, 'message'), ended.then((failure) => [failure])]);
  // Sent by `main.ts`.
  const { endpoint, failure } = answer as { readonly endpoint?: string; readonly failure?: string };
  if (endpoint === undefined) throw new Error(`The page server does not come up: ${failure}`);
  return {
    endpoint,
    async close() {
      child.disconnect();
      await exit;
    },
  };
}
