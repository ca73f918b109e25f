import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectDynamodb } from '../connect.js';
import { embeddedBinary, startDynoxide } from './dynoxide-process.js';
import { type EmbeddedDynamodb, openEmbedded } from './open-embedded.js';
import { writeServerState } from './server-state.js';

const signal = new AbortController().signal;
const closers: (() => Promise<void>)[] = [];
const opened: EmbeddedDynamodb[] = [];
let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'headgate-embedded-'));
  closers.push(() => rm(directory, { recursive: true }));
});

afterEach(async () => {
  // All at once, because an owner waits for its guests.
  await Promise.all(opened.splice(0).map((embedded) => embedded.close()));
  for (const close of closers.splice(0).reverse()) await close();
});

async function open(where: string | undefined, port?: number): Promise<EmbeddedDynamodb> {
  const embedded = await openEmbedded({ directory: where, port, signal });
  opened.push(embedded);
  return embedded;
}

async function isServed(endpoint: string): Promise<boolean> {
  return fetch(endpoint).then(
    (answer) => answer.ok,
    () => false,
  );
}

async function tablesAt(endpoint: string): Promise<readonly string[]> {
  const handle = connectTo(endpoint);
  try {
    return await handle.directory.listTables(signal);
  } finally {
    handle.close();
  }
}

async function createTableAt(endpoint: string, name: string): Promise<void> {
  const handle = connectTo(endpoint);
  await handle.writer.createTable({ name, partitionKey: { name: 'id', type: 'S' } }, signal);
  handle.close();
}

function connectTo(endpoint: string) {
  const credentials = { kind: 'keys', accessKeyId: 'local', secretAccessKey: 'local' } as const;
  return connectDynamodb({ region: 'us-east-1', endpoint, credentials });
}

describe('the embedded DynamoDB', () => {
  it('serves tables in memory and is gone after close, also when closed twice', async () => {
    const embedded = await open(undefined);
    expect(embedded.owned).toBe(true);
    expect(await tablesAt(embedded.endpoint)).toEqual([]);
    await embedded.close();
    await embedded.close();
    expect(await isServed(embedded.endpoint)).toBe(false);
  });

  it('keeps the tables of a directory from one run to the next', async () => {
    const first = await open(join(directory, 'deep', 'dynamodb'));
    await createTableAt(first.endpoint, 'kept');
    await first.close();
    const second = await open(join(directory, 'deep', 'dynamodb'));
    expect(second.owned).toBe(true);
    expect(await tablesAt(second.endpoint)).toEqual(['kept']);
  });

  it('is started by exactly one of many that open a directory at once, and all get the same endpoint', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => open(directory)));
    expect(all.filter((each) => each.owned)).toHaveLength(1);
    expect(new Set(all.map((each) => each.endpoint)).size).toBe(1);
  });

  it('stays when one that does not own it closes', async () => {
    const owner = await open(directory);
    const guest = await open(directory);
    expect(guest.owned).toBe(false);
    await guest.close();
    expect(await isServed(owner.endpoint)).toBe(true);
  });

  it('stays until the last that uses it has closed, and ends at once when its owner is interrupted', async () => {
    const owner = await open(directory);
    const [one, other] = [await open(directory), await open(directory)];
    let ended = false;
    const closing = owner.close().then(() => {
      ended = true;
    });
    await one?.close();
    expect([await isServed(owner.endpoint), ended]).toEqual([true, false]);
    await other?.close();
    await closing;
    expect(await isServed(owner.endpoint)).toBe(false);

    const interruption = new AbortController();
    const interrupted = await openEmbedded({ directory, signal: interruption.signal });
    await open(directory);
    const atOnce = interrupted.close();
    interruption.abort();
    await atOnce;
    expect(await isServed(interrupted.endpoint)).toBe(false);
  });

  it('writes down endpoint and pids while it runs, and removes that when it closes', async () => {
    const owner = await open(directory);
    const state = JSON.parse(await readFile(join(directory, 'server.json'), 'utf8'));
    expect(state).toEqual({ endpoint: owner.endpoint, pid: expect.any(Number), ownerPid: process.pid });
    await owner.close();
    await expect(stat(join(directory, 'server.json'))).rejects.toThrow('ENOENT');
  });

  it('ends the server that a killed owner left behind, and opens its tables', async () => {
    const databasePath = join(directory, 'tables.db');
    const orphan = await startDynoxide({
      binary: embeddedBinary(),
      databasePath,
      signal,
      onSpawn: (pid, endpoint) => writeServerState(directory, { pid, endpoint }),
    });
    closers.push(() => orphan.stop());
    await createTableAt(orphan.endpoint, 'left');
    const embedded = await open(directory);
    expect(embedded.owned).toBe(true);
    expect(await isServed(orphan.endpoint)).toBe(false);
    expect(await tablesAt(embedded.endpoint)).toEqual(['left']);
  });

  it('leaves a process alone that only has the pid of a server long gone', async () => {
    await writeServerState(directory, { pid: process.pid, endpoint: 'http://127.0.0.1:9' });
    const embedded = await open(directory);
    expect(embedded.owned).toBe(true);
  });

  it('is not put off by a state file that is damaged', async () => {
    await writeFile(join(directory, 'server.json'), '{"endp');
    expect((await open(directory)).owned).toBe(true);
  });

  it('lets the next one in after a start that failed', async () => {
    const taken = await listening();
    const port = portOf(taken);
    await expect(openEmbedded({ directory, port, signal })).rejects.toMatchObject({ code: 'PORT_IN_USE' });
    expect((await open(directory)).owned).toBe(true);
  });

  it('listens on the port that is asked for', async () => {
    const probe = await listening();
    const port = portOf(probe);
    await new Promise((resolve) => probe.close(resolve));
    expect((await open(undefined, port)).endpoint).toBe(`http://127.0.0.1:${port}`);
  });

  it('starts nothing for a signal that is aborted', async () => {
    const aborted = AbortSignal.abort();
    await expect(openEmbedded({ directory, signal: aborted })).rejects.toMatchObject({ code: 'CANCELLED' });
    expect((await open(directory)).owned).toBe(true);
  });

  it('says FILE_ERROR for a directory that cannot be made', async () => {
    const file = join(directory, 'file');
    await writeFile(file, '');
    const attempt = openEmbedded({ directory: join(file, 'below'), signal });
    await expect(attempt).rejects.toMatchObject({ code: 'FILE_ERROR' });
  });
});

describe('starting the binary', () => {
  it('says EMBEDDED_UNAVAILABLE and names an endpoint as the way out where the package is missing', () => {
    expect(() => embeddedBinary('@dynoxide/plan9-mips')).toThrow(
      expect.objectContaining({ code: 'EMBEDDED_UNAVAILABLE', hint: expect.stringContaining('endpoint') }),
    );
  });

  it('says what the program printed last when it ends early', async () => {
    const databasePath = join(directory, 'missing', 'tables.db');
    const start = startDynoxide({ binary: embeddedBinary(), databasePath, signal });
    await expect(start).rejects.toMatchObject({
      code: 'EMBEDDED_UNAVAILABLE',
      detail: expect.stringContaining('unable to open database file'),
    });
  });

  it('says EMBEDDED_UNAVAILABLE for a binary that cannot be run', async () => {
    const start = startDynoxide({ binary: join(directory, 'nothing'), databasePath: undefined, signal });
    await expect(start).rejects.toMatchObject({ code: 'EMBEDDED_UNAVAILABLE' });
  });
});

async function listening(): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise((resolve) => server.close(() => resolve())));
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('not listening on a port');
  return address.port;
}
