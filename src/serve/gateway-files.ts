import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HeadgateError } from '../base/errors/headgate-error.js';

export interface GatewayFiles {
  remove(): Promise<void>;
}

/**
 * Leaves in the folder of all state where the gateway listens, for the command line, and the key of its operator, for whoever
 * may read that folder. Throws FILE_ERROR.
 */
export async function writeGatewayFiles(
  home: string,
  { url, operatorKey }: { readonly url: string; readonly operatorKey: string },
): Promise<GatewayFiles> {
  const about = join(home, 'gateway.json');
  const key = join(home, 'operator.key');
  try {
    await mkdir(home, { recursive: true, mode: 0o700 });
    await replace(key, `${operatorKey}\n`);
    await replace(about, `${JSON.stringify({ url, pid: process.pid })}\n`);
  } catch (cause) {
    throw new HeadgateError('FILE_ERROR', `The files of the running gateway in ${home} cannot be written.`, {
      detail: cause instanceof Error ? cause.message : String(cause),
      hint: 'Check the rights on the folder, or choose another one with HEADGATE_HOME.',
      cause,
    });
  }
  return {
    async remove() {
      // Another gateway on the same PostgreSQL may have been started in this folder meanwhile.
      const isOurs = (await readFile(key, 'utf8').catch(() => '')).trim() === operatorKey;
      if (isOurs) await Promise.all([rm(about, { force: true }), rm(key, { force: true })]);
    },
  };
}

async function replace(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
  await rename(draft, path);
}
