import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { HeadgateError } from '../../../base/errors/headgate-error.js';

/** What signing in at one gateway has given. */
export interface Login {
  readonly accessToken: string;
  /** Works once. */
  readonly refreshToken: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** The log-ins by the URL of the gateway, with the client before it where there is one, in a file that nobody else may read. */
export class LoginFile {
  private readonly path: string;

  /** `home`: the folder of all state. */
  constructor(home: string) {
    this.path = join(home, 'logins.json');
  }

  /** Undefined where nobody has signed in. Throws FILE_ERROR. */
  async read(key: string): Promise<Login | undefined> {
    const login = (await this.readAll())[key];
    return isLogin(login) ? login : undefined;
  }

  /** Keeps the log-in, or forgets it when it is undefined; to be called in `alone`. Throws FILE_ERROR. */
  async write(key: string, login: Login | undefined): Promise<void> {
    const { [key]: _before, ...others } = await this.readAll();
    const text = JSON.stringify(login === undefined ? others : { ...others, [key]: login }, null, 2);
    const draft = `${this.path}.${randomUUID()}`;
    try {
      await mkdir(dirname(this.path), { recursive: true });
      await writeFile(draft, `${text}\n`, { mode: 0o600, flag: 'wx' });
      await rename(draft, this.path);
    } catch (cause) {
      throw this.failed(cause);
    }
  }

  /**
   * Does the work while no other process does any of the same file: a refresh token that two of them used would end the
   * session of both.
   */
  async alone<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const lock = `${this.path}.lock`;
    await mkdir(dirname(this.path), { recursive: true });
    while (!(await this.takeLock(lock))) await delay(LOCK_RETRY_MS, undefined, { signal });
    try {
      return await work();
    } finally {
      await rm(lock, { force: true });
    }
  }

  private async takeLock(lock: string): Promise<boolean> {
    try {
      await writeFile(lock, '', { flag: 'wx', mode: 0o600 });
      return true;
    } catch (cause) {
      if (Object(cause).code !== 'EEXIST') throw this.failed(cause);
      const held = await stat(lock).catch(() => undefined);
      // Left by a process that was killed: no refresh takes so long.
      if (held !== undefined && Date.now() - held.mtimeMs > LOCK_STALE_MS) await rm(lock, { force: true });
      return false;
    }
  }

  private async readAll(): Promise<Record<string, unknown>> {
    try {
      const content: unknown = JSON.parse(await readFile(this.path, 'utf8'));
      return { ...Object(content) };
    } catch (cause) {
      if (Object(cause).code === 'ENOENT' || cause instanceof SyntaxError) return {};
      throw this.failed(cause);
    }
  }

  private failed(cause: unknown): HeadgateError {
    return new HeadgateError('FILE_ERROR', `The file ${this.path} cannot be read or written.`, {
      detail: cause instanceof Error ? cause.message : String(cause),
      hint: 'Check the rights on the folder, or choose another one with HEADGATE_HOME.',
      cause,
    });
  }
}

const LOCK_RETRY_MS = 50;
const LOCK_STALE_MS = 60_000;

function isLogin(value: unknown): value is Login {
  const { accessToken, refreshToken, expiresAt } = Object(value);
  return typeof accessToken === 'string' && typeof refreshToken === 'string' && typeof expiresAt === 'number';
}
