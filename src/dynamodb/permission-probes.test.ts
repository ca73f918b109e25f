import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDynamodb, type DynamodbConnectionHandle } from './connect.js';
import { type EmbeddedDynamodb, openEmbedded } from './embedded/open-embedded.js';
import { PROBED_ACTIONS } from './permission-probes.js';
import type { TableDescription } from './table-description.js';
import { fakeEndpoint } from './testing/fake-endpoint.js';

const signal = new AbortController().signal;
const KEYS = { kind: 'keys', accessKeyId: 'local', secretAccessKey: 'local' } as const;

let embedded: EmbeddedDynamodb;
let handle: DynamodbConnectionHandle;
beforeAll(async () => {
  embedded = await openEmbedded({ directory: undefined, signal });
  handle = connectDynamodb({ region: 'us-east-1', endpoint: embedded.endpoint, credentials: KEYS });
});
afterAll(async () => {
  handle.close();
  await embedded.close();
});

/** A table with one item, whose partition key is named like what the probes send. */
async function tableWithOneItem(name: string): Promise<TableDescription> {
  const partitionKey = { name: 'headgate-probe', type: 'S' } as const;
  await handle.writer.createTable({ name, partitionKey, sortKey: { name: 'at', type: 'N' } }, signal);
  await handle.writer.putItems(name, [{ 'headgate-probe': { S: 'probe' }, at: { N: '1' } }], { signal });
  return handle.directory.describeTable(name, signal);
}

describe('a probe', () => {
  it.each(PROBED_ACTIONS)('of a permitted action says so and does nothing: %s', async (action) => {
    const table = await tableWithOneItem(`probed-${action}`);
    expect(await handle.probes.isPermitted(action, table, signal)).toBe(true);
    const { items } = await handle.reader.scan({ tableName: table.name }, signal);
    expect(JSON.parse(Buffer.from(items).toString())).toEqual([{ 'headgate-probe': { S: 'probe' }, at: { N: '1' } }]);
  });

  it.each(PROBED_ACTIONS)('of a refused action says so: %s', async (action) => {
    const gate = await fakeEndpoint((response) =>
      response.writeHead(400).end(JSON.stringify({ __type: 'com.amazon.coral.service#AccessDeniedException' })),
    );
    const refused = connectDynamodb({ region: 'us-east-1', endpoint: gate.endpoint, credentials: KEYS });
    try {
      const table = { name: 'orders', partitionKey: { name: 'id', type: 'S' }, sortKey: undefined } as const;
      expect(await refused.probes.isPermitted(action, table, signal)).toBe(false);
      expect(gate.attempts()).toBe(1);
    } finally {
      refused.close();
      await gate.close();
    }
  });

  it('of a table that is not there is TABLE_NOT_FOUND: nothing is known of permission', async () => {
    const table = { name: 'nowhere', partitionKey: { name: 'id', type: 'S' }, sortKey: undefined } as const;
    await expect(handle.probes.isPermitted('GetItem', table, signal)).rejects.toMatchObject({
      code: 'TABLE_NOT_FOUND',
    });
  });
});
