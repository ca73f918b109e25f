import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { BenchContext } from '../bench-context.js';
import { sdkScan } from '../direct/sdk-scan.js';
import { expectSame } from '../measure.js';
import type { BenchmarkResult } from '../report/benchmark-result.js';
import { ordersOfBytes, ordersTable } from './order-sizes.js';
import { expectedTotals, TOTALS_SQL, totalsOfRows } from './order-totals.js';

/** How long other work of the process waits while a table is scanned. */
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
  const few = ordersOfBytes(8 * 2 ** 20);
  const small = await context.open({ tables: [ordersTable(few)] });
  const sdk = await delaysOf(async () => {
    let count = 0;
    await sdkScan(small.sdk, { TableName: 'orders' }, () => count++);
    expectSame(count, few, 'items by the SDK');
  });
  return {
    figures: [
      { label: 'longest wait during a scan', value: pushed.max, unit: 'ms', goal: { atMost: 50 } },
      { label: 'longest wait, nothing pushed down', value: whole.max, unit: 'ms', goal: { atMost: 50 } },
      { label: 'SDK / Headgate, longest wait', value: sdk.max / pushed.max, unit: 'x' },
    ],
    table: {
      columns: ['way', 'p50 ms', 'p99 ms', 'longest ms'],
      rows: [
        ['Headgate', pushed.p50, pushed.p99, pushed.max],
        ['Headgate, nothing pushed down', whole.p50, whole.p99, whole.max],
        ['SDK, unmarshall, loop', sdk.p50, sdk.p99, sdk.max],
      ],
    },
  };
}

/** Delays of a timer that shall go off every millisecond, in milliseconds beyond that. */
async function delaysOf(work: () => Promise<void>): Promise<{ p50: number; p99: number; max: number }> {
  const monitor = monitorEventLoopDelay({ resolution: 1 });
  monitor.enable();
  await work();
  monitor.disable();
  const beyond = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - 1);
  return { p50: beyond(monitor.percentile(50)), p99: beyond(monitor.percentile(99)), max: beyond(monitor.max) };
}
