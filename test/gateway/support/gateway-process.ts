import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Running, Workplace } from '../../cli/workplace.js';
import { Session } from './session.js';

export interface GatewayProcess {
  readonly url: string;
  readonly operator: Session;
  readonly running: Running;
  /** SIGKILL; resolves when it has ended. */
  kill(): Promise<void>;
}

export interface ProcessOptions {
  readonly endpoint: string;
  readonly env?: Readonly<Record<string, string>>;
  /** More of headgate.yaml. */
  readonly yaml?: string;
}

/** `headgate up` as users start it, with one schema, `test`, on a port of its own. */
export async function startGateway(workplace: Workplace, options: ProcessOptions): Promise<GatewayProcess> {
  const yaml = `schemas:\n  - name: test\n    endpoint: ${options.endpoint}\n${options.yaml ?? ''}`;
  await writeFile(join(workplace.cwd, 'headgate.yaml'), yaml);
  const running = workplace.start(['up', '--http-port', '0'], { env: options.env ?? {} });
  const said = await running.said('Press Ctrl-C');
  const url = /serves HTTP at (\S+?),/.exec(said)?.[1] ?? '';
  const key = await readFile(join(workplace.home, 'operator.key'), 'utf8');
  return {
    url,
    operator: new Session(url, key.trim()),
    running,
    async kill() {
      process.kill(running.pid, 'SIGKILL');
      await running.outcome;
    },
  };
}
