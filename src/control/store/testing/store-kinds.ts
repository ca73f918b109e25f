import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openStore } from '../open-store.js';
import type { Store } from '../store.js';
import { findPostgres, startPostgres } from './real-postgres.js';

export interface TestStore {
  readonly store: Store;
  readonly directory: string;
  /** Undefined for an embedded store. */
  readonly databaseUrl: string | undefined;
  /** Closes the store and removes all that belongs to it. */
  remove(): Promise<void>;
}

export interface StoreKind {
  readonly name: string;
  /** False where PostgreSQL is not installed; the tests then show as skipped. */
  readonly available: boolean;
  /** A new store. Takes seconds: share one within a test file. */
  open(): Promise<TestStore>;
}

/** The two kinds of store, for a suite that must hold on both. */
export const STORE_KINDS: readonly StoreKind[] = [
  { name: 'embedded PGlite', available: true, open: openEmbedded },
  { name: 'PostgreSQL', available: findPostgres() !== undefined, open: openPostgres },
];

async function openEmbedded(): Promise<TestStore> {
  const directory = await mkdtemp(path.join(tmpdir(), 'headgate-store-'));
  const store = await openStore({ directory });
  return {
    store,
    directory,
    databaseUrl: undefined,
    async remove() {
      await store.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function openPostgres(): Promise<TestStore> {
  const bin = findPostgres();
  if (bin === undefined) throw new Error('PostgreSQL is not installed.');
  const postgres = await startPostgres(bin);
  const databaseUrl = await postgres.newDatabase();
  const directory = await mkdtemp(path.join(tmpdir(), 'headgate-store-'));
  const store = await openStore({ databaseUrl, directory });
  return {
    store,
    directory,
    databaseUrl,
    async remove() {
      await store.close();
      await postgres.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
