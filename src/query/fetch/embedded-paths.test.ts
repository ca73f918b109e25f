import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDynamodb, type DynamodbConnectionHandle } from '../../dynamodb/connect.js';
import { type EmbeddedDynamodb, openEmbedded } from '../../dynamodb/embedded/open-embedded.js';
import type { TableDescription } from '../../dynamodb/table-description.js';
import { ExpressionNames } from '../plan/conditions/expression-names.js';
import type { AccessPath, CommonRequest } from '../plan/paths/access-path.js';
import { RateControls } from './rate-controls.js';
import { readPages } from './read-pages.js';

const never = new AbortController().signal;
const COUNT = 900;
const KEYS = { kind: 'keys', accessKeyId: 'local', secretAccessKey: 'local' } as const;
let embedded: EmbeddedDynamodb;
let handle: DynamodbConnectionHandle;
let description: TableDescription;

/** Items of 4 KB, so that both the table and the partition of the index are more than one page. */
beforeAll(async () => {
  embedded = await openEmbedded({ directory: undefined, signal: never });
  handle = connectDynamodb({ region: 'us-east-1', endpoint: embedded.endpoint, credentials: KEYS });
  await handle.writer.createTable(
    {
      name: 'things',
      partitionKey: { name: 'pk', type: 'S' },
      sortKey: { name: 'sk', type: 'N' },
      indexes: [
        {
          name: 'by_day',
          kind: 'global',
          partitionKeys: [{ name: 'day', type: 'S' }],
          sortKeys: [{ name: 'rank', type: 'N' }],
          projection: { kind: 'keys-only' },
        },
      ],
    },
    never,
  );
  const items = Array.from({ length: COUNT }, (_, i) => ({
    pk: { S: `p${i % 37}` },
    sk: { N: String(i) },
    day: { S: i % 3 === 0 ? 'monday' : 'tuesday' },
    rank: { N: String(Math.floor(i / 30)) },
    text: { S: 'x'.repeat(4_000) },
  }));
  await handle.writer.putItems('things', items, { signal: never });
  description = await handle.directory.describeTable('things', never);
});

afterAll(async () => {
  handle?.close();
  await embedded?.close();
});

function requestOf(...attributes: string[]): CommonRequest {
  const names = ExpressionNames.empty();
  const projectionExpression = attributes.map((attribute) => names.name(attribute)).join(', ');
  return { tableName: 'things', projectionExpression: projectionExpression || undefined, names, consistentRead: false };
}

async function read(path: AccessPath) {
  const rates = new RateControls({});
  const reader = rates.forStatement(() => handle.reader, { timeoutMs: undefined }).readerOf('s');
  const numbers: number[] = [];
  let requests = 0;
  let counted = 0;
  for await (const { items, itemCount } of readPages(path, description, { reader, signal: never })) {
    requests += 1;
    counted += itemCount;
    const parsed: { sk: { N: string } }[] = JSON.parse(Buffer.from(items).toString());
    numbers.push(...parsed.map(({ sk }) => Number(sk.N)));
  }
  return { numbers: numbers.sort((a, b) => a - b), requests, counted };
}

const ALL = Array.from({ length: COUNT }, (_, i) => i);
const MONDAYS = ALL.filter((i) => i % 3 === 0);

function scanOf(more: Partial<AccessPath & { kind: 'scan' }>): AccessPath {
  return { kind: 'scan', index: undefined, segments: 1, filter: undefined, common: requestOf('pk', 'sk'), ...more };
}

function mondays(more: Partial<AccessPath & { kind: 'query' }> = {}): AccessPath {
  return {
    kind: 'query',
    index: description.indexes[0],
    ranges: [{ partition: [{ S: 'monday' }], sortEquals: [], interval: {} }],
    filter: undefined,
    common: requestOf('pk', 'sk', 'rank'),
    fillIn: { common: requestOf() },
    ...more,
  };
}

describe('against a DynamoDB', () => {
  it.each([1, 2, 7, 50])('a scan in %d segments gives every item once', async (segments) => {
    const { numbers } = await read(scanOf({ segments }));
    expect(numbers).toEqual(ALL);
  });

  it('an index is scanned and counted in segments', async () => {
    const [index] = description.indexes;
    expect((await read(scanOf({ index, segments: 3 }))).numbers).toEqual(ALL);
    const counted = await read(scanOf({ index, segments: 3, countOnly: true, common: requestOf() }));
    expect(counted).toMatchObject({ counted: COUNT, numbers: [] });
  });

  it('an index query and an index scan are filled in from the table', async () => {
    expect((await read(mondays())).numbers).toEqual(MONDAYS);
    const [index] = description.indexes;
    const scan = scanOf({ index, segments: 2, fillIn: { common: requestOf() } });
    expect((await read(scan)).numbers).toEqual(ALL);
  });

  it('the highest ranks are read with all that tie with the last one, and no others', async () => {
    const stop = { rows: 15, backward: true, ties: 'rank' };
    const { numbers } = await read(mondays({ stop }));
    // Ten items of each rank: the fifteenth is in the midst of the second highest.
    expect(numbers.filter((n) => n >= 840)).toEqual(MONDAYS.filter((n) => n >= 840));
    expect(numbers.length).toBeLessThan(40);
  });
});
