import { DuckDBInstance } from '@duckdb/node-api';
import type { BenchContext } from '../bench-context.js';
import { expectSame, percentile, timeEach } from '../measure.js';
import type { BenchmarkResult } from '../report/benchmark-result.js';

const COUNTS = [1, 2, 3, 5, 10];
const NEVER = new AbortController().signal;

/** Planning statements of one to ten table references, against what DuckDB alone needs for them over tables of its own. */
export async function plan(context: BenchContext): Promise<BenchmarkResult> {
  const { gateway } = await context.open({ tables: [{ kind: 'sales', name: 'sales', items: 2000 }] });
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const duckdb = await instance.connect();
  await duckdb.run(
    'CREATE TABLE sales (shop TEXT, sold_at TEXT, day TEXT, status TEXT, region TEXT, channel TEXT, product TEXT, price DECIMAL(18,2), quantity BIGINT, remark TEXT, coupon TEXT)',
  );
  const ms = context.full ? 3_000 : 1_000;
  const rows: [number, number, number, number, number][] = [];
  for (const references of COUNTS) {
    const planned = await gateway.engine.plan({ sql: statement(references, 'bench.sales', 0) }, NEVER);
    expectSame(
      planned.references.map(({ path }) => path),
      new Array(references).fill('query'),
      'access paths',
    );
    // Another constant each time, and then the very same text again and again.
    const fresh = await timeEach((i) => gateway.engine.plan({ sql: statement(references, 'bench.sales', i) }, NEVER), {
      ms,
    });
    const again = await timeEach(() => gateway.engine.plan({ sql: statement(references, 'bench.sales', 7) }, NEVER), {
      ms,
    });
    const alone = await timeEach((i) => duckdb.run(`EXPLAIN ${statement(references, 'sales', i)}`), { ms: ms / 2 });
    rows.push([
      references,
      percentile(fresh, 0.5),
      percentile(fresh, 0.99),
      percentile(again, 0.5),
      percentile(alone, 0.5),
    ]);
  }
  duckdb.closeSync();
  instance.closeSync();
  const three = rows.find(([references]) => references === 3) ?? [];
  return {
    figures: [
      { label: 'three references, median', value: three[1] ?? Number.NaN, unit: 'ms', goal: { atMost: 4 } },
      {
        label: 'three references, Headgate / EXPLAIN of DuckDB alone',
        value: (three[1] ?? 0) / (three[4] ?? 1),
        unit: 'x',
      },
    ],
    table: {
      columns: ['references', 'p50 ms', 'p99 ms', 'p50 ms, same statement again', 'DuckDB alone, p50 ms'],
      rows,
    },
  };
}

/** A join of so many sales of one shop, with conditions on keys and other attributes. */
function statement(references: number, table: string, i: number): string {
  const joined = Array.from(
    { length: references - 1 },
    (_, n) => `JOIN ${table} s${n + 1} ON s${n + 1}.shop = s${n}.shop`,
  );
  return `SELECT s0.day, count(*), sum(s0.price) FROM ${table} s0 ${joined.join(' ')}
    WHERE s0.shop = 'shop-${i}' AND s0.sold_at >= '2023' AND s0.status IN ('open', 'paid') AND s0.quantity > ${i % 9} GROUP BY s0.day`;
}
