import type { TableReader } from '../../src/dynamodb/table-reader.js';
import { openEngine } from '../../src/query/open-engine.js';
import type { Engine } from '../../src/query/statement.js';
import type { Bench, BenchContext } from '../bench-context.js';
import { expectSame, spend } from '../measure.js';
import type { BenchmarkResult } from '../report/benchmark-result.js';
import { ordersOfBytes, ordersTable } from './order-sizes.js';

const NEVER = new AbortController().signal;
const ATTRIBUTES = [
  'customer',
  'status',
  'region',
  'amount',
  'quantity',
  'ordered_at',
  'paid',
  'note',
  'tags',
  'address',
  'lines',
];

/** Pages that are in memory already into DuckDB: the engine without the network. */
export async function staging(context: BenchContext): Promise<BenchmarkResult> {
  const items = ordersOfBytes((context.full ? 256 : 48) * 2 ** 20);
  const bench = await context.open({ tables: [ordersTable(items)] });
  const { reader, pages } = await pagesInMemory(bench);
  const megabytes = pages.reduce((sum, page) => sum + page.length, 0) / 1e6;
  const { catalog } = bench.gateway;
  const engine = await openEngine({
    catalog: {
      schemas: catalog.schemas,
      listTables: (schema, signal) => catalog.listTables(schema, signal),
      table: (name, signal) => catalog.table(name, signal),
      widen: async () => undefined,
    },
    readerOf: () => reader,
    tempDirectory: await context.temporaryDirectory(),
    memoryBytes: 4 * 2 ** 30,
    tempDiskBytes: 2 ** 30,
    threads: 2,
    timeoutMs: undefined,
    maxUnits: 1e12,
  });
  const all = await stage(engine, ATTRIBUTES, items);
  const two = await stage(engine, ['region', 'amount'], items);
  await engine.close();
  const parse = await spend(async () => pages.reduce((sum, page) => sum + countItems(page), 0));
  expectSame(parse.result, items, 'JSON.parse');
  const rate = (ms: number) => megabytes / (ms / 1000);
  const rows = [
    { name: `all ${ATTRIBUTES.length} columns`, ...all },
    { name: 'two columns', ...two },
    { name: 'JSON.parse of the same bytes', ...parse },
  ].map(({ name, ms, cpuMs }) => [name, megabytes, rate(ms), cpuMs / megabytes]);
  return {
    figures: [
      { label: 'all columns', value: rate(all.ms), unit: 'MB/s', goal: { atLeast: 200 } },
      { label: 'two columns', value: rate(two.ms), unit: 'MB/s', goal: { atLeast: 500 } },
      { label: 'all columns / JSON.parse', value: parse.ms / all.ms, unit: 'x' },
      { label: 'two columns / JSON.parse', value: parse.ms / two.ms, unit: 'x' },
    ],
    table: { columns: ['way', 'MB of DynamoDB JSON', 'MB/s', 'CPU s per GB'], rows },
  };
}

async function stage(
  engine: Engine,
  attributes: readonly string[],
  items: number,
): Promise<{ ms: number; cpuMs: number }> {
  const sql = `SELECT ${attributes.map((name) => `count(${name})`).join(', ')} FROM bench.orders`;
  await engine.plan({ sql }, NEVER);
  const { result: counts, ...spent } = await spend(async () => {
    const { batches } = await engine.run({ sql }, NEVER);
    for await (const [row] of batches) return row ?? [];
    return [];
  });
  expectSame(
    counts.map(Number),
    attributes.map(() => items),
    sql,
  );
  return spent;
}

/** All pages of the table, whole, and a reader that hands them out whatever it is asked to leave away. */
async function pagesInMemory({ direct }: Bench): Promise<{ reader: TableReader; pages: readonly Uint8Array[] }> {
  const pages: Uint8Array[] = [];
  let next: unknown;
  do {
    const from = next === undefined ? {} : { ExclusiveStartKey: next };
    const answer = await direct.ask('Scan', { TableName: 'orders', ...from });
    pages.push(Buffer.from(JSON.stringify(answer.Items)));
    next = answer.LastEvaluatedKey;
  } while (next !== undefined);
  const refuse = async () => {
    throw new Error('The benchmark expects a scan.');
  };
  const reader: TableReader = {
    getItem: refuse,
    batchGetItem: refuse,
    query: refuse,
    async scan({ exclusiveStartKey: key, segment = 0, totalSegments = 1 }) {
      // The place of a page stands in the key after which it comes; segments share the pages out.
      const at = key === undefined ? segment : Number(key['page'] && 'N' in key['page'] ? key['page'].N : 0);
      const items = pages[at];
      if (items === undefined)
        return { items: Buffer.from('[]'), itemCount: 0, scannedCount: 0, lastEvaluatedKey: undefined, readUnits: 0 };
      const count = counts[at] ?? 0;
      const following = at + totalSegments;
      const lastEvaluatedKey = following < pages.length ? { page: { N: String(following) } } : undefined;
      return { items, itemCount: count, scannedCount: count, lastEvaluatedKey, readUnits: 0 };
    },
  };
  const counts = pages.map(countItems);
  return { reader, pages };
}

function countItems(page: Uint8Array): number {
  return (JSON.parse(Buffer.from(page.buffer, page.byteOffset, page.length).toString('utf8')) as unknown[]).length; // a list
}
