import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ResultValue } from '../../src/query/result.js';
import { openTestGateway, type TestGateway, type TestTable } from '../support/test-gateway.js';
import { type Fault, type FaultProxy, type ProxiedRequest, startFaultProxy } from './fault-proxy.js';

/** One table for each place of a fault, so that all places of one kind of fault are asked at once. */
interface Place {
  readonly verb: 'GetItem' | 'BatchGetItem' | 'Query' | 'Scan';
  readonly stage: 'first' | 'later';
}
const PLACES: readonly Place[] = [
  { verb: 'GetItem', stage: 'first' },
  { verb: 'BatchGetItem', stage: 'first' },
  { verb: 'BatchGetItem', stage: 'later' },
  { verb: 'Query', stage: 'first' },
  { verb: 'Query', stage: 'later' },
  { verb: 'Scan', stage: 'first' },
  { verb: 'Scan', stage: 'later' },
];
const COUNT = 150;
const SUM = (COUNT * (COUNT - 1)) / 2;
const NUMBERS = Array.from({ length: COUNT }, (_, n) => n);

function nameOf({ verb, stage }: Place): string {
  return `${verb}_${stage}`;
}

/** Three pages of a partition; or, for batches, many partitions with four times as many items as one batch has keys. */
function tableOf(place: Place): TestTable {
  const id = { name: 'id', type: 'S' } as const;
  const n = { name: 'n', type: 'N' } as const;
  const text = { S: 'x'.repeat(16_000) };
  if (place.verb !== 'BatchGetItem') {
    const items = NUMBERS.map((i) => ({ id: { S: 'a' }, n: { N: String(i) }, text }));
    return { name: nameOf(place), partitionKey: id, sortKey: n, items };
  }
  const items = Array.from({ length: 4 * COUNT }, (_, i) => ({
    id: { S: `k${i}` },
    n: { N: String(i) },
    text: { S: 'x'.repeat(3_000) },
  }));
  return { name: nameOf(place), partitionKey: id, items };
}

function statementOf(place: Place): { readonly sql: string; readonly row: readonly ResultValue[] } {
  const table = nameOf(place);
  const all = [BigInt(COUNT), BigInt(SUM)];
  switch (place.verb) {
    case 'GetItem':
      return { sql: `SELECT n FROM ${table} WHERE id = 'a' AND n = 7`, row: [7n] };
    case 'BatchGetItem': {
      const ids = NUMBERS.map((n) => `'k${n}'`);
      return { sql: `SELECT count(*), sum(n) FROM ${table} WHERE id IN (${ids.join(', ')})`, row: all };
    }
    case 'Query':
      return { sql: `SELECT count(*), sum(n) FROM ${table} WHERE id = 'a'`, row: all };
    case 'Scan':
      return { sql: `SELECT count(*), sum(n) FROM ${table}`, row: all };
  }
}

let gateway: TestGateway;
let proxy: FaultProxy;
beforeAll(async () => {
  gateway = await openTestGateway({
    tables: PLACES.map(tableOf),
    endpointOf: async (embedded) => {
      proxy = await startFaultProxy(embedded);
      return proxy.endpoint;
    },
  });
  // The catalog samples the tables.
  for (const place of PLACES) await gateway.ask(statementOf(place).sql);
});
afterEach(() => proxy.reset());
afterAll(async () => {
  await gateway.close();
  await proxy.close();
});

/** Strikes each place at its stage: `times` attempts of the request, or all of them. */
function strike(fault: Fault, times: number): ReadonlySet<string> {
  const struck = new Set<string>();
  const requests = new Map<string, string[]>();
  const attempts = new Map<string, number>();
  proxy.decide = ({ operation, body }: ProxiedRequest) => {
    const text = body.toString();
    const place = PLACES.find((each) => operation === each.verb && text.includes(`"${nameOf(each)}"`));
    if (place === undefined) return undefined;
    const seen = requests.get(nameOf(place)) ?? [];
    if (!seen.includes(text)) requests.set(nameOf(place), [...seen, text]);
    const number = seen.includes(text) ? seen.indexOf(text) : seen.length;
    if (number !== (place.stage === 'first' ? 0 : 1)) return undefined;
    const attempt = (attempts.get(nameOf(place)) ?? 0) + 1;
    attempts.set(nameOf(place), attempt);
    if (attempt > times) return undefined;
    struck.add(nameOf(place));
    return fault;
  };
  return struck;
}

function throttled(name: string, reason: string): Fault {
  return {
    kind: 'error',
    name,
    fields: { ThrottlingReasons: [{ reason, resource: 'arn:aws:dynamodb:us-east-1:000000000000:table/t' }] },
  };
}

describe('at every verb and every stage', () => {
  it.each<[string, Fault]>([
    ['throttling', { kind: 'error', name: 'ProvisionedThroughputExceededException' }],
    ['throttling of the account', { kind: 'error', name: 'RequestLimitExceeded' }],
    ['throttling that names the table', throttled('ThrottlingException', 'TableReadProvisionedThroughputExceeded')],
    ['throttling that names a partition', throttled('ThrottlingException', 'TableReadKeyRangeThroughputExceeded')],
    ['a reset connection', { kind: 'reset' }],
    ['an internal error', { kind: 'error', name: 'InternalServerError', status: 500 }],
    ['an unavailable service', { kind: 'error', name: 'ServiceUnavailable', status: 503 }],
    ['an answer that breaks off', { kind: 'cut', as: 'broken' }],
    ['a damaged answer', { kind: 'cut', as: 'damaged' }],
    ['a slow answer', { kind: 'delay', ms: 200 }],
    ['credentials that expired and were replaced', { kind: 'error', name: 'ExpiredTokenException' }],
  ])('%s that passes leaves the answer whole', async (_name, fault) => {
    const struck = strike(fault, 1);
    await Promise.all(
      PLACES.map(async (place) => {
        const { sql, row } = statementOf(place);
        expect((await gateway.ask(sql)).rows.map((values) => values.map(String))).toEqual([row.map(String)]);
      }),
    );
    expect([...struck].toSorted()).toEqual(PLACES.map(nameOf).toSorted());
  });

  it.each<[string, Fault, string]>([
    ['expired credentials', { kind: 'error', name: 'ExpiredTokenException' }, 'CREDENTIALS_REJECTED'],
    ['a permission that was taken away', { kind: 'error', name: 'AccessDeniedException' }, 'AWS_ACCESS_DENIED'],
    ['a table that was dropped', { kind: 'error', name: 'ResourceNotFoundException' }, 'TABLE_NOT_FOUND'],
    ['an answer that is cut short and looks complete', { kind: 'cut', as: 'complete' }, 'DYNAMODB_FAILED'],
    ['a page of somebody else', { kind: 'html', status: 200 }, 'DYNAMODB_FAILED'],
    ['a reset connection', { kind: 'reset' }, 'ENDPOINT_UNREACHABLE'],
    ['an internal error', { kind: 'error', name: 'InternalServerError', status: 500 }, 'DYNAMODB_FAILED'],
  ])('%s that stays is one clear error and no row', async (_name, fault, code) => {
    const struck = strike(fault, Number.POSITIVE_INFINITY);
    await Promise.all(
      PLACES.map(async (place) => {
        const error: unknown = await gateway.ask(statementOf(place).sql).then(
          ({ rows }) => new Error(`there were rows: ${String(rows)}`),
          (reason: unknown) => reason,
        );
        expect(error, nameOf(place)).toMatchObject({ name: 'HeadgateError', code });
        expect(Object(error).message).not.toBe('');
      }),
    );
    expect(struck.size).toBe(PLACES.length);
  });

  it('an outage that is over does not count against what comes after it', async () => {
    strike({ kind: 'reset' }, Number.POSITIVE_INFINITY);
    const during = await Promise.allSettled(PLACES.map((place) => gateway.ask(statementOf(place).sql)));
    expect(during.map(({ status }) => status)).toEqual(PLACES.map(() => 'rejected'));
    // Each request fails three times, and would not be tried so often if failures were summed up over all statements.
    strike({ kind: 'reset' }, 3);
    for (const place of PLACES) {
      const { sql, row } = statementOf(place);
      expect((await gateway.ask(sql)).rows.map((values) => values.map(String))).toEqual([row.map(String)]);
    }
  });

  it('credentials that expire in the middle of a statement are renewed once, and a second refusal is an error', async () => {
    const { sql, row } = statementOf({ verb: 'Scan', stage: 'later' });
    strike({ kind: 'error', name: 'ExpiredTokenException' }, 1);
    expect((await gateway.ask(sql)).rows).toEqual([row]);
    strike({ kind: 'error', name: 'ExpiredTokenException' }, 2);
    await expect(gateway.ask(sql)).rejects.toMatchObject({ code: 'CREDENTIALS_REJECTED' });
  });
});
