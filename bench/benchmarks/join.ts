import type { Bench, BenchContext } from '../bench-context.js';
import { unitsOfAnswer } from '../direct/json-client.js';
import { rawScan } from '../direct/raw-scan.js';
import { expectSame, spend } from '../measure.js';
import type { TableSpec } from '../page-server/tables/table-spec.js';
import type { BenchmarkResult } from '../report/benchmark-result.js';

const KEYS = 1000;
const BATCH = 100;
const SQL = `SELECT a.segment, count(*) FROM bench.recent r JOIN bench.accounts a ON a.id = r.customer GROUP BY 1 ORDER BY 1`;

/** A thousand keys of one table looked up in a large one: SQL against batches of keys by hand, and against reading both. */
export async function join(context: BenchContext): Promise<BenchmarkResult> {
  const accounts = context.full ? 10_000_000 : 1_000_000;
  const tables: readonly TableSpec[] = [
    { kind: 'accounts', name: 'accounts', items: accounts },
    // Their keys are those of the first accounts.
    { kind: 'orders', name: 'recent', items: KEYS, itemsPerPartition: 1 },
  ];
  const bench = await context.open({ tables });
  const plan = await bench.gateway.engine.plan({ sql: SQL }, new AbortController().signal);
  const headgate = await spend(() => bench.ask(SQL));
  const hand = await spend(() => byHand(bench));
  const { rows, summary } = headgate.result;
  expectSame(
    rows.map(([segment, count]) => [segment, Number(count)]),
    hand.result.counts,
    'accounts by segment',
  );
  const whole = await scanUnits(bench);
  const path = plan.references.map(({ alias, path: kind }) => `${alias}: ${kind}`).join(', ');
  return {
    figures: [
      { label: 'units for 1 000 keys', value: summary.readUnits, unit: 'units', goal: { atMost: 600 } },
      { label: 'Headgate / by hand, units', value: summary.readUnits / hand.result.units, unit: 'x' },
      { label: 'Headgate / by hand, time', value: headgate.ms / hand.ms, unit: 'x' },
      { label: 'Headgate / scan of both, units', value: summary.readUnits / whole, unit: 'x' },
    ],
    table: {
      columns: ['way', 'units', 'requests', 'ms', `read as (${accounts.toLocaleString('en-US')} accounts)`],
      rows: [
        ['Headgate', summary.readUnits, summary.requests, headgate.ms, path],
        ['by hand', hand.result.units, hand.result.requests, hand.ms, 'r: scan, a: batches of 100 keys'],
        ['scan of both (estimated)', whole, '', '', ''],
      ],
    },
  };
}

async function byHand({ direct }: Bench) {
  const keys: string[] = [];
  await rawScan(direct, { TableName: 'recent', ProjectionExpression: 'customer' }, ({ customer }) =>
    keys.push(customer?.S ?? ''),
  );
  const counts = new Map<string, number>();
  let units = 0;
  for (let from = 0; from < keys.length; from += BATCH) {
    const answer = await direct.ask('BatchGetItem', {
      RequestItems: {
        accounts: {
          Keys: keys.slice(from, from + BATCH).map((id) => ({ id: { S: id } })),
          ProjectionExpression: 'segment',
        },
      },
      ReturnConsumedCapacity: 'TOTAL',
    });
    units += unitsOfAnswer(answer);
    for (const { segment } of answer.Responses?.['accounts'] ?? []) {
      const name = (segment as { S: string }).S; // text, in DynamoDB JSON
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  const first = await direct.ask('Scan', { TableName: 'recent', ReturnConsumedCapacity: 'TOTAL' });
  const sorted = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  return { counts: sorted, units: units + unitsOfAnswer(first), requests: 1 + Math.ceil(keys.length / BATCH) };
}

/** What reading both tables whole costs, by their sizes. */
async function scanUnits({ gateway }: Bench): Promise<number> {
  const signal = new AbortController().signal;
  const described = await Promise.all(
    ['recent', 'accounts'].map((table) => gateway.catalog.table({ schema: 'bench', table }, signal)),
  );
  return described.reduce((sum, { description }) => sum + description.sizeBytes / 8192, 0);
}
