import type { Bench, BenchContext } from '../bench-context.js';
import { sdkScan } from '../direct/sdk-scan.js';
import { type Delays, delaysOf } from '../event-loop.js';
import { expectSame } from '../measure.js';
import type { BenchmarkResult } from '../report/benchmark-result.js';
import { ordersOfBytes, ordersTable } from './order-sizes.js';
import { expectedTotals, TOTALS_SQL, totalsOfRows } from './order-totals.js';

/** How long other work of the process waits while tables are scanned, and while many rows are taken. */
export async function lag(context: BenchContext): Promise<BenchmarkResult> {
  const items = ordersOfBytes((context.full ? 512 : 64) * 2 ** 20);
  const bench = await context.open({ tables: [ordersTable(items)] });
  await bench.gateway.engine.plan({ sql: TOTALS_SQL }, new AbortController().signal);
  const expected = expectedTotals(items);
  const pushed = await delaysOf(async () =>
    expectSame(totalsOfRows((await bench.ask(TOTALS_SQL)).rows), expected, 'totals'),
  );
  const whole = await delaysOf(async () => {
    const { rows } = await bench.ask(TOTALS_SQL, { pushdown: false });
    expectSame(totalsOfRows(rows), expected, 'totals, nothing pushed down');
  });
  const part = ordersOfBytes((context.full ? 64 : 16) * 2 ** 20);
  const middle = await context.open({ tables: [ordersTable(part)] });
  const rows = await delaysOf(async () =>
    expectSame(await countRows(middle, 'SELECT * FROM bench.orders'), part, 'rows'),
  );
  const plain = await delaysOf(async () =>
    expectSame((await middle.ask('SELECT count(_item) FROM bench.orders')).rows, [[BigInt(part)]], '_item'),
  );
  const few = ordersOfBytes(8 * 2 ** 20);
  const small = await context.open({ tables: [ordersTable(few)] });
  const sdk = await delaysOf(async () => {
    let count = 0;
    await sdkScan(small.sdk, { TableName: 'orders' }, () => count++);
    expectSame(count, few, 'items by the SDK');
  });
  const ways: readonly (readonly [string, Delays])[] = [
    ['Headgate', pushed],
    ['Headgate, nothing pushed down', whole],
    [`Headgate, all columns of ${part.toLocaleString('en-US')} rows`, rows],
    ['Headgate, _item of as many', plain],
    ['SDK, unmarshall, loop', sdk],
  ];
  const goal = { atMost: 50 };
  const ofHeadgate = ways.slice(0, -1).map(([, delays]) => delays);
  return {
    figures: [
      { label: 'longest wait during a scan', value: pushed.longest, unit: 'ms', goal },
      { label: 'longest wait, nothing pushed down', value: whole.longest, unit: 'ms', goal },
      { label: 'longest wait, many rows', value: Math.max(rows.longest, plain.longest), unit: 'ms', goal },
      {
        label: 'longest of all, time without a processor left out',
        value: Math.max(...ofHeadgate.map(({ heldUp }) => heldUp)),
        unit: 'ms',
        goal,
      },
      { label: 'SDK / Headgate, longest wait', value: sdk.longest / pushed.longest, unit: 'x' },
    ],
    table: {
      columns: ['way', 'p50 ms', 'p99 ms', 'longest ms', 'the same, time without a processor left out'],
      rows: ways.map(([name, { p50, p99, longest, heldUp }]) => [name, p50, p99, longest, heldUp]),
    },
  };
}

/** Takes the rows and keeps none. */
async function countRows({ gateway }: Bench, sql: string): Promise<number> {
  const { batches } = await gateway.engine.run({ sql }, new AbortController().signal);
  let count = 0;
  for await (const batch of batches) count += batch.length;
  return count;
}
