import { Agent, request } from 'node:http';
import type { BenchContext } from '../bench-context.js';
import { startGatewayServer } from '../gateway-server/start-gateway-server.js';
import { expectSame, percentile } from '../measure.js';
import type { BenchmarkResult } from '../report/benchmark-result.js';

const ITEMS = 1_000_000;
const CLIENTS = 200;
/** Before a way is measured. */
const WARM_UP_MS = 2000;

/** Key look-ups by SQL over HTTP, with everything that a gateway does for each: token, limits, grants, audit. */
export async function load(context: BenchContext): Promise<BenchmarkResult> {
  const tables = [{ kind: 'orders' as const, name: 'orders', items: ITEMS, itemsPerPartition: 1 }];
  const upstream = await context.serve({ tables });
  const gateway = await startGatewayServer(upstream);
  try {
    const ms = context.full ? 60_000 : 10_000;
    const sql: Way = { url: `${gateway.url}/v1/query`, headers: headersOf(gateway.token), bodyOf: sqlBody, hasItem };
    const getItem: Way = { url: upstream, headers: DIRECT_HEADERS, bodyOf: keyBody, hasItem };
    const rows = [
      await measure('GetItem, 1 client', getItem, { clients: 1, ms: ms / 10 }),
      await measure('SQL over HTTP, 1 client', sql, { clients: 1, ms: ms / 10 }),
      await measure(`GetItem, ${CLIENTS} clients`, getItem, { clients: CLIENTS, ms: ms / 10 }),
      await measure(`SQL over HTTP, ${CLIENTS} clients`, sql, { clients: CLIENTS, ms }),
    ];
    const [directOne, one, directMany, many] = rows;
    const ratio = (a: number | undefined, b: number | undefined) => (a ?? Number.NaN) / (b ?? Number.NaN);
    return {
      figures: [
        {
          label: `errors of ${CLIENTS} clients`,
          value: many?.errors ?? Number.NaN,
          unit: 'errors',
          goal: { atMost: 0 },
        },
        {
          label: `throughput, ${CLIENTS} clients / 1 client`,
          value: ratio(many?.perSecond, one?.perSecond),
          unit: 'x',
        },
        { label: `median, ${CLIENTS} clients / 1 client`, value: ratio(many?.p50, one?.p50), unit: 'x' },
        { label: 'median, SQL over HTTP / GetItem, 1 client', value: ratio(one?.p50, directOne?.p50), unit: 'x' },
        {
          label: `throughput, SQL over HTTP / GetItem, ${CLIENTS} clients`,
          value: ratio(many?.perSecond, directMany?.perSecond),
          unit: 'x',
        },
        { label: `99th percentile / median, ${CLIENTS} clients`, value: ratio(many?.p99, many?.p50), unit: 'x' },
      ],
      table: {
        columns: ['way', 'seconds', 'calls', 'errors', 'p50 ms', 'p99 ms', 'calls a second'],
        rows: rows.map((row) => [row.name, row.seconds, row.calls, row.errors, row.p50, row.p99, row.perSecond]),
      },
    };
  } finally {
    await gateway.close();
  }
}

interface Way {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyOf: (key: string) => unknown;
  readonly hasItem: (answer: string, key: string) => boolean;
}

interface Row {
  readonly name: string;
  readonly seconds: number;
  readonly calls: number;
  readonly errors: number;
  readonly p50: number;
  readonly p99: number;
  readonly perSecond: number;
}

async function measure(
  name: string,
  way: Way,
  { clients, ms }: { readonly clients: number; readonly ms: number },
): Promise<Row> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients, noDelay: true });
  const times: number[] = [];
  let errors = 0;
  let calls = 0;
  const startedAt = performance.now() + WARM_UP_MS;
  const client = async (number: number): Promise<void> => {
    for (let i = 0; performance.now() < startedAt + ms; i++) {
      const key = `k${String((number * 7919 + i * 104_729) % ITEMS).padStart(10, '0')}`;
      const beganAt = performance.now();
      const isRight = await ask(way, agent, key);
      if (beganAt < startedAt) continue;
      calls++;
      times.push(performance.now() - beganAt);
      if (!isRight) errors++;
    }
  };
  try {
    await Promise.all(Array.from({ length: clients }, (_, number) => client(number)));
  } finally {
    agent.destroy();
  }
  expectSame(calls > 0, true, `${name}: calls were answered`);
  const seconds = (performance.now() - startedAt) / 1000;
  const [p50, p99] = [percentile(times, 0.5), percentile(times, 0.99)];
  return { name, seconds, calls, errors, p50, p99, perSecond: calls / seconds };
}

/** Whether the answer is the right one; false for whatever goes wrong. */
function ask({ url, headers, bodyOf, hasItem: isAnswer }: Way, agent: Agent, key: string): Promise<boolean> {
  return new Promise((resolve) => {
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', () => resolve(false));
      response.on('end', () =>
        resolve(response.statusCode === 200 && isAnswer(Buffer.concat(chunks).toString('utf8'), key)),
      );
    });
    sent.on('error', () => resolve(false));
    sent.end(JSON.stringify(bodyOf(key)));
  });
}

const DIRECT_HEADERS = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-target': 'DynamoDB_20120810.GetItem',
  authorization:
    'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
  'x-amz-date': '20260101T000000Z',
};

function headersOf(token: string): Readonly<Record<string, string>> {
  return { 'content-type': 'application/json', authorization: `Bearer ${token}` };
}

function sqlBody(key: string): unknown {
  return { sql: 'SELECT * FROM bench.orders WHERE customer = ?', params: [key] };
}

function keyBody(key: string): unknown {
  return { TableName: 'orders', Key: { customer: { S: key } } };
}

function hasItem(answer: string, key: string): boolean {
  return answer.includes(`"${key}"`);
}
