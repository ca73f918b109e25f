import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';

/** A Python of this machine that has these modules; undefined where there is none. */
export function findPython(...modules: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const pythons = [...folders, '/usr/bin'].map((folder) => join(folder, 'python3')).filter((path) => existsSync(path));
  const program = `import ${modules.join(', ')}`;
  return pythons.find((python) => spawnSync(python, ['-c', program], { stdio: 'ignore' }).status === 0);
}

/** What a script prints, one JSON value per line. It sees nothing of the environment but what it is given. */
export async function runPython(
  [python, script, ...rest]: readonly [string, string, ...string[]],
  { input, keys }: { readonly input: string; readonly keys: Keys },
): Promise<unknown[]> {
  const child = spawn(python, [script, ...rest], {
    env: {
      PATH: process.env['PATH'],
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_MAX_ATTEMPTS: '1',
      AWS_PAGER: '',
      PYTHONDONTWRITEBYTECODE: '1',
      PYTHONIOENCODING: 'utf-8',
    },
  });
  child.stdin.on('error', () => undefined).end(input);
  const [output, errors, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (status !== 0) throw new Error(`${script} ended with ${status}:\n${errors}`);
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}
