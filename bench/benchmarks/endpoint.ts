import { Agent, request } from 'node:http';
import type { AccessKeyWithSecret } from '../../src/identity/access-keys.js';
import { signRequest } from '../../src/identity/testing/sign-request.js';
import type { BenchContext } from '../bench-context.js';
import { startEndpoint } from '../endpoint-server/start-endpoint.js';
import { expectSame, percentile } from '../measure.js';
import type { BenchmarkResult } from '../report/benchmark-result.js';

const ITEMS = 100_000;
/** Items that the Query finds: about 10 KB. */
const PAGE = 20;
const ROUNDS = 5;
const AT_ONCE = [1, 16];

/** What is asked, as it goes over the wire; `count` is what the answer must hold. */
const CALLS = [
  { verb: 'GetItem', body: { TableName: 'orders', Key: { customer: { S: keyAt(77) } } }, count: 1 },
  {
    verb: 'Query',
    body: {
      TableName: 'lines',
      KeyConditionExpression: 'customer = :c',
      ExpressionAttributeValues: { ':c': { S: keyAt(7) } },
    },
    count: PAGE,
  },
];

interface Target {
  readonly name: 'directly' | 'through the endpoint';
  readonly url: string;
  readonly keys: AccessKeyWithSecret;
  /** What the endpoint has taken of the processor. */
  readonly cpuMs: () => Promise<number>;
}

/** What the endpoint adds to a call: signature, bounds, relaying. The same bytes are sent to both, signed once before. */
export async function endpoint(context: BenchContext): Promise<BenchmarkResult> {
  const upstream = await context.serve({
    tables: [
      { kind: 'orders', name: 'orders', items: ITEMS, itemsPerPartition: 1 },
      { kind: 'orders', name: 'lines', items: ITEMS, itemsPerPartition: PAGE },
    ],
  });
  const started = await startEndpoint(upstream);
  try {
    const targets: readonly Target[] = [
      { name: 'directly', url: upstream, keys: started.keys, cpuMs: async () => 0 },
      { name: 'through the endpoint', ...started },
    ];
    const rows: Row[] = [];
    for (const call of CALLS) {
      for (const atOnce of AT_ONCE)
        rows.push(...(await compare(targets, { call, atOnce, ms: context.full ? 2_000 : 500 })));
    }
    const added = (verb: string, atOnce: number, part: 'p50' | 'p99' | 'cpuMs') => {
      const [direct, through] = rows.filter((row) => row.verb === verb && row.atOnce === atOnce);
      return (through?.[part] ?? Number.NaN) - (direct?.[part] ?? Number.NaN);
    };
    return {
      figures: CALLS.flatMap(({ verb }) => [
        { label: `${verb}, added at the median`, value: added(verb, 1, 'p50'), unit: 'ms', goal: { atMost: 1 } },
        { label: `${verb}, added at the 99th percentile`, value: added(verb, 1, 'p99'), unit: 'ms' },
        { label: `${verb}, processor time of the endpoint`, value: added(verb, 1, 'cpuMs'), unit: 'ms' },
      ]),
      table: {
        columns: ['call', 'at once', 'way', 'p50 ms', 'p99 ms', 'calls a second', 'CPU ms of the endpoint each'],
        rows: rows.map((row) => [row.verb, row.atOnce, row.name, row.p50, row.p99, row.perSecond, row.cpuMs]),
      },
    };
  } finally {
    await started.close();
  }
}

interface Row {
  readonly verb: string;
  readonly atOnce: number;
  readonly name: string;
  readonly p50: number;
  readonly p99: number;
  readonly perSecond: number;
  readonly cpuMs: number;
}

interface Comparison {
  readonly call: (typeof CALLS)[number];
  readonly atOnce: number;
  readonly ms: number;
}

/** In turns, so that both ways have the same machine; the first round only warms up. */
async function compare(targets: readonly Target[], { call, atOnce, ms }: Comparison): Promise<Row[]> {
  const times = targets.map((): number[] => []);
  const cpuMs = targets.map(() => 0);
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [i, target] of targets.entries()) {
      const before = await target.cpuMs();
      const taken = await timesOf(target, { call, atOnce, ms });
      if (round === 0) continue;
      times[i]?.push(...taken);
      cpuMs[i] = (cpuMs[i] ?? 0) + (await target.cpuMs()) - before;
    }
  }
  return targets.map(({ name }, i) => ({
    verb: call.verb,
    atOnce,
    name,
    p50: percentile(times[i] ?? [], 0.5),
    p99: percentile(times[i] ?? [], 0.99),
    perSecond: ((times[i] ?? []).length * 1000) / (ROUNDS * ms),
    cpuMs: (cpuMs[i] ?? 0) / (times[i] ?? []).length,
  }));
}

/** Milliseconds of calls over so many connections, each of which sends the next call when it has its answer. */
async function timesOf({ url, keys }: Target, { call, atOnce, ms }: Comparison): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce, noDelay: true });
  const { host } = new URL(url);
  const body = Buffer.from(JSON.stringify(call.body));
  const headers = signRequest({
    body,
    headers: { host, 'x-amz-target': `DynamoDB_20120810.${call.verb}`, 'content-length': String(body.length) },
    keyId: keys.accessKeyId,
    secret: keys.secretAccessKey,
  });
  const options = { method: 'POST', agent, headers: Object.fromEntries(headers) };
  const times: number[] = [];
  const endAt = performance.now() + ms;
  const work = async () => {
    while (performance.now() < endAt) {
      const startedAt = performance.now();
      const answer = await send(url, options, body);
      times.push(performance.now() - startedAt);
      expectSame(countOf(answer), call.count, call.verb);
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, work));
  } finally {
    agent.destroy();
  }
  return times;
}

function send(url: string, options: object, body: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve(Buffer.concat(chunks)));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Items in an answer; looked for as text, because parsing it would be part of neither way. */
function countOf(answer: Buffer): number {
  return answer.toString('latin1').split('"customer":').length - 1;
}

function keyAt(i: number): string {
  return `k${String(i).padStart(10, '0')}`;
}
