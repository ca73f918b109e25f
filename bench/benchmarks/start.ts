import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BenchContext } from '../bench-context.js';
import { percentile } from '../measure.js';
import type { BenchmarkResult } from '../report/benchmark-result.js';
import { ordersTable } from './order-sizes.js';

// Compiled, this file lies in node_modules/.cache/bench/bench/benchmarks.
const BIN = fileURLToPath(new URL('../../../../../dist/bin.cjs', import.meta.url));
const RUNS = 7;

/** From nothing to the first row: `headgate query` against a script that does the same with the SDK. */
export async function start(context: BenchContext): Promise<BenchmarkResult> {
  if (!existsSync(BIN)) throw new Error('dist/ is missing: run `npm run build` first');
  const endpoint = await context.serve({ tables: [ordersTable(10_000)] });
  const directory = await context.temporaryDirectory();
  await writeFile(join(directory, 'headgate.yaml'), configuration(endpoint));
  await writeFile(join(directory, 'get-item.mjs'), scriptOf(endpoint));
  const demo = await context.temporaryDirectory();
  const query = (sql: string) => [BIN, 'query', sql];
  const ways = [
    { name: 'node, nothing else', cwd: directory, args: ['-e', 'console.log(1)'] },
    { name: 'SDK script, GetItem', cwd: directory, args: [join(directory, 'get-item.mjs')] },
    {
      name: 'headgate query, one key',
      cwd: directory,
      args: query("SELECT * FROM orders WHERE customer = 'k0000000042'"),
    },
    { name: 'headgate query, embedded demo', cwd: demo, args: query("SELECT * FROM demo.airports WHERE iata = 'SEA'") },
  ];
  const times = ways.map((): number[] => []);
  // The first round loads the demo and fills the catalog. One way after the other, so that all have the same machine.
  for (let round = 0; round <= RUNS; round++) {
    for (const [i, { args, cwd }] of ways.entries()) {
      const ms = await firstOutputMs(args, cwd);
      if (round > 0) times[i]?.push(ms);
    }
  }
  const medians = ways.map(({ name }, i) => ({
    name,
    ms: percentile(times[i] ?? [], 0.5),
    slowest: Math.max(...(times[i] ?? [])),
  }));
  const [, sdk, headgate, embedded] = medians.map(({ ms }) => ms);
  return {
    figures: [
      { label: 'first row of `headgate query`', value: headgate ?? Number.NaN, unit: 'ms', goal: { atMost: 800 } },
      {
        label: 'first row, with the embedded DynamoDB started',
        value: embedded ?? Number.NaN,
        unit: 'ms',
        goal: { atMost: 800 },
      },
      { label: '`headgate query` / SDK script', value: (headgate ?? 0) / (sdk ?? 1), unit: 'x' },
    ],
    table: {
      columns: ['way', 'median ms', 'slowest ms'],
      rows: medians.map(({ name, ms, slowest }) => [name, ms, slowest]),
    },
  };
}

/** Milliseconds from starting node to its first bytes on standard output; waits for its end. Throws when there are none. */
async function firstOutputMs(args: readonly string[], cwd: string): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let first: number | undefined;
  let errors = '';
  child.stdout.on('data', () => {
    first ??= performance.now() - startedAt;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString('utf8');
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  if (first === undefined || code !== 0) throw new Error(`${args.join(' ')} failed: ${errors}`);
  return first;
}

function configuration(endpoint: string): string {
  return `schemas:
  - name: bench
    endpoint: ${endpoint}
    credentials: { accessKeyId: local, secretAccessKey: local }
`;
}

function scriptOf(endpoint: string): string {
  const sdk = new URL('../../../../../node_modules/@aws-sdk/client-dynamodb/dist-cjs/index.js', import.meta.url);
  return `import sdk from '${sdk.href}';
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const client = new sdk.DynamoDBClient({ endpoint: '${endpoint}', region: 'us-east-1', credentials });
const request = { TableName: 'orders', Key: { customer: { S: 'k0000000042' } } };
const { Item: item } = await client.send(new sdk.GetItemCommand(request));
console.log(JSON.stringify(item));
`;
}
