import type { Bench, BenchContext } from '../bench-context.js';
import { rawScan } from '../direct/raw-scan.js';
import { sdkScan } from '../direct/sdk-scan.js';
import { expectSame, spend } from '../measure.js';
import type { BenchmarkResult } from '../report/benchmark-result.js';
import { bytesOfOrders, ordersOfBytes, ordersTable } from './order-sizes.js';
import {
  expectedTotals,
  MIN_QUANTITY,
  TOTALS_REQUEST,
  TOTALS_SQL,
  type Totals,
  TotalsByRegion,
  totalsOfRows,
} from './order-totals.js';

interface Way {
  readonly name: string;
  readonly bytes: number;
  readonly run: (bench: Bench) => Promise<Totals>;
}

/** Scan, filter and group-by over a table: SQL against the SDK and a loop, and against bytes and JSON.parse. */
export async function scan(context: BenchContext): Promise<BenchmarkResult> {
  const bytes = (context.full ? 1024 : 128) * 2 ** 20;
  // The slow ways read less of it; all are told as bytes a second.
  const part = (context.full ? 128 : 32) * 2 ** 20;
  const ways: readonly Way[] = [
    { name: 'Headgate', bytes, run: (bench) => bySql(bench, true) },
    { name: 'Headgate, nothing pushed down', bytes: bytes / 2, run: (bench) => bySql(bench, false) },
    { name: 'SDK, unmarshall, loop', bytes: part, run: (bench) => bySdk(bench, {}) },
    { name: 'the same with projection and filter', bytes: part, run: (bench) => bySdk(bench, TOTALS_REQUEST) },
    { name: 'bytes, JSON.parse, loop', bytes: part, run: (bench) => byRaw(bench, {}) },
    { name: 'the same with projection and filter', bytes: part, run: (bench) => byRaw(bench, TOTALS_REQUEST) },
  ];
  const measured = [];
  for (const { name, bytes: size, run } of ways) measured.push({ name, ...(await measure(context, size, run)) });
  const [headgate, whole, sdk, sdkPushed, raw, rawPushed] = measured.map(({ rate }) => rate);
  const ratio = (a = 0, b = 1) => a / b;
  return {
    figures: [
      { label: 'Headgate / SDK + loop, throughput', value: ratio(headgate, sdk), unit: 'x', goal: { atLeast: 10 } },
      {
        label: 'Headgate / bytes + JSON.parse, throughput',
        value: ratio(headgate, raw),
        unit: 'x',
        goal: { atLeast: 2 },
      },
      { label: 'Headgate / SDK with the same pushed down', value: ratio(headgate, sdkPushed), unit: 'x' },
      { label: 'Headgate / JSON.parse with the same pushed down', value: ratio(headgate, rawPushed), unit: 'x' },
      { label: 'Headgate / SDK, nothing pushed down', value: ratio(whole, sdk), unit: 'x' },
      { label: 'Headgate / JSON.parse, nothing pushed down', value: ratio(whole, raw), unit: 'x' },
    ],
    table: {
      columns: ['way', 'MB of items', 'MB/s', 'CPU s per GB'],
      rows: measured.map(({ name, rate, megabytes, cpuPerGb }) => [name, megabytes, rate, cpuPerGb]),
    },
  };
}

async function measure(context: BenchContext, bytes: number, run: Way['run']) {
  const items = ordersOfBytes(bytes);
  const bench = await context.open({ tables: [ordersTable(items)] });
  // The catalog samples the table at first sight, which is not what is measured.
  await bench.gateway.engine.plan({ sql: TOTALS_SQL }, new AbortController().signal);
  const { result, ms, cpuMs } = await spend(() => run(bench));
  expectSame(result, expectedTotals(items), 'totals by region');
  await context.close();
  const megabytes = bytesOfOrders(items) / 1e6;
  return { rate: megabytes / (ms / 1000), megabytes, cpuPerGb: cpuMs / megabytes };
}

async function bySql({ ask }: Bench, pushdown: boolean): Promise<Totals> {
  const { rows } = await ask(TOTALS_SQL, { pushdown });
  return totalsOfRows(rows);
}

async function bySdk({ sdk }: Bench, request: object): Promise<Totals> {
  const totals = new TotalsByRegion();
  const filtered = 'FilterExpression' in request;
  await sdkScan(sdk, { TableName: 'orders', ...request }, ({ region, amount, quantity }) => {
    if (filtered || Number(quantity) > MIN_QUANTITY) totals.add(String(region), Number(amount));
  });
  return totals.totals;
}

async function byRaw({ direct }: Bench, request: object): Promise<Totals> {
  const totals = new TotalsByRegion();
  const filtered = 'FilterExpression' in request;
  await rawScan(direct, { TableName: 'orders', ...request }, ({ region, amount, quantity }) => {
    if (filtered || Number(quantity?.N) > MIN_QUANTITY) totals.add(region?.S ?? '', Number(amount?.N));
  });
  return totals.totals;
}
