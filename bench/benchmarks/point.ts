import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { Bench, BenchContext } from '../bench-context.js';
import { unmarshall } from '../direct/unmarshall.js';
import { expectSame, percentile, throughput, timeEach } from '../measure.js';
import type { BenchmarkResult } from '../report/benchmark-result.js';

const ITEMS = 1_000_000;
const CONCURRENCY = 16;
const ROUNDS = 3;

/** One item by its key: SQL against the SDK's GetItem and unmarshalling, alone and many at once. */
export async function point(context: BenchContext): Promise<BenchmarkResult> {
  const bench = await context.open({
    tables: [{ kind: 'orders', name: 'orders', items: ITEMS, itemsPerPartition: 1 }],
  });
  const ms = context.full ? 3_000 : 700;
  const ways = [
    { name: 'SDK GetItem + unmarshall', work: (i: number) => bySdk(bench, keyAt(i)) },
    { name: 'SELECT *', work: (i: number) => bySql(bench, keyAt(i), '*') },
    { name: 'SELECT *, key as a parameter', work: (i: number) => byParameter(bench, keyAt(i)) },
    { name: 'SELECT of two columns', work: (i: number) => bySql(bench, keyAt(i), 'customer, amount') },
  ];
  const times = ways.map((): number[] => []);
  const rates = ways.map((): { perSecond: number; cpuMs: number }[] => []);
  // In turns, so that all ways have the same machine; the first round only warms up.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [i, { work }] of ways.entries()) {
      const alone = await timeEach(work, { ms });
      const together = await throughput(work, { ms, concurrency: CONCURRENCY });
      if (round > 0) times[i]?.push(...alone);
      if (round > 0) rates[i]?.push(together);
    }
  }
  const measured = ways.map(({ name }, i) => ({
    name,
    p50: percentile(times[i] ?? [], 0.5),
    p99: percentile(times[i] ?? [], 0.99),
    perSecond: percentile(
      (rates[i] ?? []).map((rate) => rate.perSecond),
      0.5,
    ),
    cpuMs: percentile(
      (rates[i] ?? []).map((rate) => rate.cpuMs),
      0.5,
    ),
  }));
  const [sdk, ...sql] = measured;
  const slowest = Math.max(...sql.map(({ p50 }) => p50));
  const dearest = Math.max(...sql.map(({ cpuMs }) => cpuMs));
  const fewest = Math.min(...sql.map(({ perSecond }) => perSecond));
  const { planMs, executionMs } = await meanParts(bench);
  return {
    figures: [
      {
        label: 'one-key SQL / GetItem, median latency',
        value: slowest / (sdk?.p50 ?? 0),
        unit: 'x',
        goal: { atMost: 2.5 },
      },
      { label: 'one-key SQL / GetItem, processor time', value: dearest / (sdk?.cpuMs ?? 0), unit: 'x' },
      { label: 'one-key SQL, 16 at once', value: fewest, unit: 'statements/s', goal: { atLeast: 800 } },
      { label: 'of which planning', value: planMs, unit: 'ms' },
      { label: 'of which reading and computing', value: executionMs, unit: 'ms' },
    ],
    table: {
      columns: ['way', 'p50 ms', 'p99 ms', `a second, ${CONCURRENCY} at once`, 'CPU ms each'],
      rows: measured.map(({ name, p50, p99, perSecond, cpuMs }) => [name, p50, p99, perSecond, cpuMs]),
    },
  };
}

/** Another key each time, so that nobody answers from memory. */
function keyAt(i: number): string {
  return `k${String((i * 7919) % ITEMS).padStart(10, '0')}`;
}

async function bySdk({ sdk }: Bench, key: string): Promise<void> {
  const { Item: item = {} } = await sdk.send(
    new GetItemCommand({ TableName: 'orders', Key: { customer: { S: key } } }),
  );
  expectSame(unmarshall(item)['customer'], key, 'GetItem');
}

async function bySql({ ask }: Bench, key: string, columns: string): Promise<void> {
  const { rows } = await ask(`SELECT ${columns} FROM bench.orders WHERE customer = '${key}'`);
  expectSame(rows[0]?.[0], key, `SELECT ${columns}`);
}

async function byParameter({ ask }: Bench, key: string): Promise<void> {
  const parameters = { kind: 'positional', values: [key] } as const;
  const { rows } = await ask('SELECT * FROM bench.orders WHERE customer = ?', { parameters });
  expectSame(rows[0]?.[0], key, 'SELECT * with a parameter');
}

async function meanParts({ ask }: Bench): Promise<{ planMs: number; executionMs: number }> {
  const parts = [];
  for (let i = 0; i < 200; i++) {
    const { summary } = await ask(`SELECT * FROM bench.orders WHERE customer = '${keyAt(i)}'`);
    parts.push(summary);
  }
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return { planMs: mean(parts.map(({ planMs }) => planMs)), executionMs: mean(parts.map((part) => part.executionMs)) };
}
