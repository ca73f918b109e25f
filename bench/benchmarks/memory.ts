import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { BenchContext } from '../bench-context.js';
import { expectSame } from '../measure.js';
import type { BenchmarkResult } from '../report/benchmark-result.js';
import { ordersOfBytes, ordersTable } from './order-sizes.js';
import { expectedTotals, TOTALS_SQL, totalsOfRows } from './order-totals.js';

/** What DuckDB may use in the runs that are limited: what does not fit is spilled. */
const LIMIT = 128 * 2 ** 20;

/**
 * The most memory that a process ever has while it aggregates tables of growing size. Rows are staged, so without a limit
 * it grows with the columns that are fetched; with one it should not grow.
 */
export async function memory(context: BenchContext): Promise<BenchmarkResult> {
  const sizes = (context.full ? [1024, 2048, 4096] : [128, 256, 512]).map((megabytes) => megabytes * 2 ** 20);
  const rows: number[][] = [];
  for (const bytes of sizes) {
    const free = await measured(bytes, 0);
    const limited = await measured(bytes, LIMIT);
    rows.push([bytes / 2 ** 20, free.peak, free.seconds, limited.peak, limited.seconds]);
  }
  const growth = (column: number) => (rows.at(-1)?.[column] ?? 0) / (rows.at(0)?.[column] ?? 0);
  const span = `${rows.at(-1)?.[0]} MB / ${rows.at(0)?.[0]} MB`;
  return {
    figures: [
      { label: `peak memory, limits.memory 128 MB, ${span}`, value: growth(3), unit: 'x', goal: { atMost: 1.3 } },
      { label: `peak memory, a quarter of the machine's, ${span}`, value: growth(1), unit: 'x', goal: { atMost: 1.3 } },
    ],
    table: {
      columns: ['MB of items', 'peak MB', 'seconds', 'peak MB, limited', 'seconds, limited'],
      rows,
    },
  };
}

async function measured(bytes: number, limit: number): Promise<{ peak: number; seconds: number }> {
  const startedAt = performance.now();
  const peak = await peakOf(bytes, limit);
  return { peak: peak / 2 ** 20, seconds: (performance.now() - startedAt) / 1000 };
}

/** Peak memory in bytes of a process of its own that aggregates a table of about so many bytes. */
async function peakOf(bytes: number, limit: number): Promise<number> {
  const child = fork(fileURLToPath(new URL('../run-one.js', import.meta.url)), [
    'memory-of',
    String(bytes),
    String(limit),
  ]);
  let peak: number | undefined;
  child.on('message', (message) => {
    peak = Number(message);
  });
  await once(child, 'exit');
  if (peak === undefined) throw new Error(`aggregating ${bytes} bytes failed`);
  return peak;
}

/** The work of that process. */
export async function memoryOf(context: BenchContext, bytes: number, limit: number): Promise<number> {
  const items = ordersOfBytes(bytes);
  const limits = limit === 0 ? {} : { memory: limit };
  const { ask } = await context.open({ tables: [ordersTable(items)] }, limits);
  const { rows } = await ask(TOTALS_SQL);
  expectSame(totalsOfRows(rows), expectedTotals(items), 'totals by region');
  // Kilobytes on every system.
  return process.resourceUsage().maxRSS * 1024;
}
