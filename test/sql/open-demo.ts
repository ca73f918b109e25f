import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCatalog } from '../../src/catalog/open-catalog.js';
import { loadDemo } from '../../src/demo/load-demo.js';
import { connectDynamodb } from '../../src/dynamodb/connect.js';
import { openEmbedded } from '../../src/dynamodb/embedded/open-embedded.js';
import { openEngine } from '../../src/query/open-engine.js';
import type { Engine } from '../../src/query/statement.js';

const LOCAL_KEYS = { kind: 'keys', accessKeyId: 'local', secretAccessKey: 'local' } as const;

/** An engine over the demo tables in an embedded DynamoDB in memory, and how to close it. Loading takes some seconds. */
export async function openDemo(
  signal: AbortSignal,
): Promise<{ readonly engine: Engine; readonly close: () => Promise<void> }> {
  const home = await mkdtemp(join(tmpdir(), 'headgate-sql-'));
  const embedded = await openEmbedded({ directory: undefined, signal });
  const handle = connectDynamodb({ region: 'us-east-1', credentials: LOCAL_KEYS, endpoint: embedded.endpoint });
  await loadDemo({ handle, home }, { signal });
  const { reader, directory } = handle;
  const catalog = openCatalog({
    schemas: () => [{ name: 'demo', reader, directory, tables: '*', declarations: {}, cacheKey: embedded.endpoint }],
    cacheDirectory: join(home, 'catalog'),
    clock: () => new Date(),
    // The same samples every time, so that types found by sampling are the same too.
    random: seededRandom(1),
  });
  const engine = await openEngine({
    catalog,
    readerOf: () => reader,
    tempDirectory: join(home, 'tmp'),
    memoryBytes: 2 ** 30,
    tempDiskBytes: 2 ** 30,
    threads: 2,
    timeoutMs: undefined,
    maxUnits: undefined,
  });
  const close = async () => {
    await engine.close();
    handle.close();
    await embedded.close();
    await rm(home, { recursive: true, force: true });
  };
  return { engine, close };
}

/** A linear congruential generator: from 0 up to, not including, 1. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
