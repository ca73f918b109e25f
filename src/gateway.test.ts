import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HeadgateConfig, SchemaConfig } from './config/headgate-config.js';
import { connectDynamodb } from './dynamodb/connect.js';
import { type EmbeddedDynamodb, openEmbedded } from './dynamodb/embedded/open-embedded.js';
import { type Gateway, openGateway } from './gateway.js';

const never = new AbortController().signal;
const credentials = { kind: 'keys', accessKeyId: 'local', secretAccessKey: 'local' } as const;

let dynamodb: EmbeddedDynamodb[];
let home: string;

beforeAll(async () => {
  dynamodb = await Promise.all([0, 1].map(() => openEmbedded({ directory: undefined, signal: never })));
  for (const [i, { endpoint }] of dynamodb.entries()) {
    const handle = connectDynamodb({ region: 'us-east-1', endpoint, credentials });
    for (const name of ['shared', `only${i}`]) {
      await handle.writer.createTable({ name, partitionKey: { name: 'id', type: 'S' } }, never);
      const items = [{ id: { S: 'a' }, [`from${i}`]: { N: String(i) } }];
      await handle.writer.putItems(name, items, { signal: never });
    }
    handle.close();
  }
});

afterAll(async () => {
  for (const each of dynamodb) await each.close();
});

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'headgate-gateway-'));
});

afterEach(() => rm(home, { recursive: true, force: true }));

function schema(name: string, url: string, more: Partial<SchemaConfig> = {}): SchemaConfig {
  return {
    name,
    endpoint: { kind: 'url', url },
    region: 'us-east-1',
    credentials,
    tables: '*',
    columns: {},
    hideExpired: false,
    unitsPerSecond: {},
    ...more,
  };
}

function open(schemas: readonly SchemaConfig[], limits: HeadgateConfig['limits'] = {}): Promise<Gateway> {
  const config = {
    source: { kind: 'file', path: 'headgate.yaml' },
    home,
    schemas,
    limits,
    aws: { trustPrincipal: 'caller', sourceIdentity: false },
  } as const;
  return openGateway(config, { signal: never, onProgress: () => {} });
}

function both(more: Partial<SchemaConfig> = {}): SchemaConfig[] {
  return dynamodb.map(({ endpoint }, i) => schema(`s${i}`, endpoint, more));
}

async function ask(gateway: Gateway, sql: string, defaultSchema?: string) {
  const result = await gateway.engine.run({ sql, ...(defaultSchema && { defaultSchema }) }, never);
  const rows = [];
  for await (const batch of result.batches) rows.push(...batch);
  return rows;
}

describe('openGateway', () => {
  it('reads every schema from its own endpoint, also in one statement', async () => {
    const gateway = await open(both());
    expect(await ask(gateway, 'SELECT from0, from1 FROM s0.shared JOIN s1.shared USING (id)')).toEqual([[0n, 1n]]);
    expect(await ask(gateway, 'SELECT from1 FROM shared', 's1')).toEqual([[1n]]);
    expect(await ask(gateway, 'SELECT from0 FROM only0')).toEqual([[0n]]);
    await gateway.close();
  });

  it('lets through only the tables that a schema names, and takes its declarations', async () => {
    const gateway = await open(both({ tables: ['shared'], columns: { shared: { from0: 'varchar' } } }));
    await expect(ask(gateway, 'SELECT * FROM s0.only0')).rejects.toMatchObject({ code: 'TABLE_NOT_FOUND' });
    const result = await gateway.engine.run({ sql: 'SELECT from0 FROM s0.shared' }, never);
    expect(result.columns[0]?.type.sql).toBe('VARCHAR');
    await result.close();
    await gateway.close();
  });

  it('keeps to the limits of the configuration', async () => {
    const gateway = await open(both(), { maxUnits: 0.25, timeoutMs: 60_000 });
    await expect(ask(gateway, 'SELECT * FROM s0.shared')).rejects.toMatchObject({ code: 'UNITS_EXCEEDED' });
    await gateway.close();
  });

  it('opens without asking anything, and says of a schema out of reach so when it is asked', async () => {
    const gateway = await open([...both(), schema('gone', 'http://127.0.0.1:1')]);
    expect(await ask(gateway, 'SELECT count(*) FROM s0.shared')).toEqual([[1n]]);
    await expect(ask(gateway, 'SELECT * FROM gone.shared')).rejects.toMatchObject({
      code: 'ENDPOINT_UNREACHABLE',
      message: expect.stringMatching(/^Schema gone: /),
    });
    await gateway.close();
  });

  it('leaves nothing in its folder for temporary files, and is closed only once', async () => {
    const gateway = await open(both());
    await gateway.engine.exportParquet({ sql: 'SELECT * FROM s0.shared' }, never);
    expect(await readdir(join(home, 'tmp'))).toHaveLength(1);
    await Promise.all([gateway.close(), gateway.close()]);
    expect(await readdir(join(home, 'tmp'))).toEqual([]);
    await expect(ask(gateway, 'SELECT 1')).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('closes what it has opened when it fails in the middle', async () => {
    await mkdir(join(home, 'dynamodb'), { recursive: true });
    await writeFile(join(home, 'tmp'), 'a file where the folder for temporary files should be');
    const embedded: SchemaConfig = { ...schema('local', ''), endpoint: { kind: 'embedded' } };
    await expect(open([embedded])).rejects.toMatchObject({ code: 'FILE_ERROR' });
    // The embedded DynamoDB holds a lock as long as it runs.
    await rm(join(home, 'tmp'));
    const gateway = await open([embedded]);
    expect(await ask(gateway, 'SHOW TABLES')).toEqual([]);
    await gateway.close();
  });
});
