import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

export interface RealPostgres {
  /** The URL of a new, empty database. */
  newDatabase(): Promise<string>;
  /** Ends the server and removes its files. */
  stop(): Promise<void>;
}

/** Where PostgreSQL's programs are, as Debian's package installs them; undefined when it is not installed. */
export function findPostgres(): string | undefined {
  const root = '/usr/lib/postgresql';
  if (!existsSync(root)) return undefined;
  const versions = readdirSync(root).sort((a, b) => Number(b) - Number(a));
  return versions.map((version) => path.join(root, version, 'bin')).find((bin) => existsSync(path.join(bin, 'initdb')));
}

/** A PostgreSQL of its own in a temporary directory, on a Unix socket there, so that no port can clash. About a second. */
export async function startPostgres(bin: string): Promise<RealPostgres> {
  const directory = await mkdtemp(path.join(tmpdir(), 'headgate-postgres-'));
  const user = serverUser();
  if ('uid' in user) await chown(directory, user.uid, user.gid);
  const options = { ...user, cwd: directory };
  const data = path.join(directory, 'data');
  const init = ['-D', data, '-U', 'headgate', '-A', 'trust', '--no-sync', '-E', 'UTF8', '--locale=C'];
  execFileSync(path.join(bin, 'initdb'), init, { ...options, stdio: 'ignore' });
  // `fsync=off`: a test may lose its data when the machine fails, not when a process does.
  const settings = ['listen_addresses=', 'fsync=off', 'max_connections=200'].flatMap((setting) => ['-c', setting]);
  const server = spawn(path.join(bin, 'postgres'), ['-D', data, '-k', directory, ...settings], {
    ...options,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = once(server, 'exit');
  const endWithUs = (): boolean => server.kill('SIGQUIT');
  process.once('exit', endWithUs);
  await untilReady(server.stderr);

  const url = (database: string): string =>
    `postgresql://headgate@localhost/${database}?host=${encodeURIComponent(directory)}`;
  let databases = 0;
  return {
    async newDatabase() {
      databases += 1;
      const name = `test_${databases}`;
      execFileSync(path.join(bin, 'createdb'), ['-h', directory, '-U', 'headgate', name]);
      return url(name);
    },
    async stop() {
      process.removeListener('exit', endWithUs);
      server.kill('SIGINT');
      await exited;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root; its package brings the user `postgres`. */
function serverUser(): { readonly uid: number; readonly gid: number } | Record<string, never> {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** Goes on reading afterwards, so that the server never waits for its log to be read. */
async function untilReady(log: NodeJS.ReadableStream): Promise<void> {
  const said: string[] = [];
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: log })
      .on('line', (line) => {
        said.push(line);
        if (line.includes('ready to accept connections')) resolve();
      })
      .on('close', () => reject(new Error(`PostgreSQL did not start:\n${said.join('\n')}`)));
  });
}
