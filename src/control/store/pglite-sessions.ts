import { mkdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import { nextTurn } from '../../base/next-turn.js';
import { COLUMN_PARSERS } from './column-parsers.js';
import { lockDirectory } from './directory-lock.js';
import type { Answer, Session, Sessions } from './sessions.js';

/**
 * PGlite over `directory`, which is made when it is missing. Throws STORE_IN_USE when another process has it, and
 * STORE_UNAVAILABLE when its files cannot be opened.
 */
export async function openPgliteSessions(directory: string): Promise<Sessions> {
  const lock = await lockDirectory(directory);
  try {
    const pglite = await openDatabase(path.join(directory, 'database'));
    return new OneSession(pglite, () => lock.release());
  } catch (cause) {
    await lock.release();
    throw openFailed(directory, cause);
  }
}

/** A new database is made beside its place and then moved: a process that dies while it makes one leaves nothing half done. */
async function openDatabase(place: string): Promise<PGlite> {
  if (!(await exists(place))) {
    const draft = `${place}.new`;
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { mode: 0o700 });
    await (await PGlite.create(draft)).close();
    await rename(draft, place);
  }
  return await PGlite.create(place, { parsers: COLUMN_PARSERS });
}

/** PGlite has one connection; who wants it waits until the one before gives it back. */
class OneSession implements Sessions, Session {
  private turn: Promise<void> = Promise.resolve();
  private endTurn: () => void = () => {};

  constructor(
    private readonly pglite: PGlite,
    private readonly onClose: () => Promise<void>,
  ) {}

  async acquire(): Promise<Session> {
    const before = this.turn;
    let end = (): void => {};
    this.turn = new Promise((resolve) => {
      end = resolve;
    });
    await before;
    // PGlite computes on this thread, and its promises resolve without the event loop: who waits here would keep it to themselves.
    await nextTurn();
    this.endTurn = end;
    return this;
  }

  async release(_session: Session, broken = false): Promise<void> {
    try {
      // There is no other connection to take instead.
      if (broken) await this.pglite.exec('rollback');
    } finally {
      this.endTurn();
    }
  }

  async query(text: string, values: readonly unknown[]): Promise<Answer> {
    if (values.length === 0) {
      const results = await this.pglite.exec(text);
      return { rows: results.flatMap((result) => result.rows), affectedRows: results.at(-1)?.affectedRows ?? 0 };
    }
    const { rows, affectedRows } = await this.pglite.query<Record<string, unknown>>(text, [...values]);
    return { rows, affectedRows: affectedRows ?? 0 };
  }

  async close(): Promise<void> {
    await this.acquire();
    await this.pglite.close();
    await this.onClose();
  }
}

async function exists(place: string): Promise<boolean> {
  try {
    await stat(place);
    return true;
  } catch (cause) {
    if (Object(cause).code === 'ENOENT') return false;
    throw cause;
  }
}

function openFailed(directory: string, cause: unknown): HeadgateError {
  return new HeadgateError('STORE_UNAVAILABLE', `The embedded store in ${directory} could not be opened.`, {
    detail: cause instanceof Error ? cause.message : String(cause),
    hint: 'Check that the directory is writable and whole, or set HEADGATE_DATABASE_URL to use a PostgreSQL instead.',
    cause,
  });
}
