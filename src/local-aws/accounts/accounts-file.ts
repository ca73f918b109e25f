import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import { type AccountsDefinition, checkAccounts } from './account-definitions.js';

/** The accounts in a file that people may edit: JSON, by account id. It holds secret keys, so only its owner may read it. */
export interface AccountsFile {
  /** The accounts when the file has changed since it was last read or written, else undefined. Throws FILE_ERROR, LOCAL_AWS_INVALID. */
  readChanged(): Promise<AccountsDefinition | undefined>;
  /** Replaces the file as a whole. Throws FILE_ERROR. */
  write(accounts: AccountsDefinition): Promise<void>;
}

/** Nothing is read or made yet. */
export function accountsFile(path: string): AccountsFile {
  let known = '';
  return {
    async readChanged() {
      const version = await versionOf(path);
      if (version === known) return undefined;
      // Known from now on even if it is wrong, so that one mistake is told once.
      known = version;
      return version === MISSING ? {} : checkAccounts(parse(path, await orFileError(path, readFile(path, 'utf8'))));
    },
    async write(accounts) {
      const next = `${path}.next`;
      await orFileError(path, mkdir(dirname(path), { recursive: true }));
      await orFileError(path, writeFile(next, `${JSON.stringify(accounts, undefined, 2)}\n`, { mode: 0o600 }));
      await orFileError(path, rename(next, path));
      known = await versionOf(path);
    },
  };
}

const MISSING = 'missing';

/** Changes whenever the file does: editors write anew or rename over it. */
async function versionOf(path: string): Promise<string> {
  try {
    const { mtimeNs, ino, size } = await stat(path, { bigint: true });
    return `${mtimeNs} ${ino} ${size}`;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return MISSING;
    throw fileError(path, error);
  }
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new HeadgateError('LOCAL_AWS_INVALID', `${path} is not JSON.`, {
      detail: String(cause),
      hint: 'Correct it, or delete it: it is then made anew without users and roles.',
      cause,
    });
  }
}

async function orFileError<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw fileError(path, error);
  }
}

function fileError(path: string, cause: unknown): HeadgateError {
  return new HeadgateError('FILE_ERROR', `The file ${path} of local AWS could not be read or written.`, {
    detail: cause instanceof Error ? cause.message : String(cause),
    hint: 'Make its directory writable, or choose another one by HEADGATE_HOME.',
    cause,
  });
}
