import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { BenchContext } from '../bench-context.js';
import { expectSame } from '../measure.js';
import type { BenchmarkResult } from '../report/benchmark-result.js';
import { ordersOfBytes, ordersTable } from './order-sizes.js';
import { expectedTotals, TOTALS_SQL, totalsOfRows } from './order-totals.js';

/** The most memory that a process ever has while it aggregates tables of growing size: it should not grow with them. */
export async function memory(context: BenchContext): Promise<BenchmarkResult> {
  const sizes = (context.full ? [1024, 2048, 4096] : [128, 256, 512]).map((megabytes) => megabytes * 2 ** 20);
  const rows: [number, number, number][] = [];
  for (const bytes of sizes) {
    const startedAt = performance.now();
    const peak = await peakOf(bytes);
    rows.push([bytes / 2 ** 20, peak / 2 ** 20, (performance.now() - startedAt) / 1000]);
  }
  const [first, last] = [rows.at(0)?.[1] ?? 0, rows.at(-1)?.[1] ?? 0];
  return {
    figures: [
      {
        label: `peak memory, ${rows.at(-1)?.[0]} MB / ${rows.at(0)?.[0]} MB`,
        value: last / first,
        unit: 'x',
        goal: { atMost: 1.3 },
      },
    ],
    table: { columns: ['MB of items', 'peak MB', 'seconds'], rows },
  };
}

/** Peak memory in bytes of a process of its own that aggregates a table of about so many bytes. */
async function peakOf(bytes: number): Promise<number> {
  const child = fork(fileURLToPath(new URL('../run-one.js', import.meta.url)), ['memory-of', String(bytes)]);
  let peak: number | undefined;
  child.on('message', (message) => {
    peak = Number(message);
  });
  await once(child, 'exit');
  if (peak === undefined) throw new Error(`aggregating ${bytes} bytes failed`);
  return peak;
}

/** The work of that process. */
export async function memoryOf(context: BenchContext, bytes: number): Promise<number> {
  const items = ordersOfBytes(bytes);
  const { ask } = await context.open({ tables: [ordersTable(items)] });
  const { rows } = await ask(TOTALS_SQL);
  expectSame(totalsOfRows(rows), expectedTotals(items), 'totals by region');
  // Kilobytes on every system.
  return process.resourceUsage().maxRSS * 1024;
}
