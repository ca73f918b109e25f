import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { HeadgateError } from '../../src/base/errors/headgate-error.js';
import { openTestGateway, type TestGateway } from '../support/test-gateway.js';
import { type Fault, type FaultProxy, startFaultProxy } from './fault-proxy.js';

const partitionKey = { name: 'id', type: 'S' } as const;
const sortKey = { name: 'n', type: 'N' } as const;
const ITEMS = Array.from({ length: 450 }, (_, i) => ({
  id: { S: `k${i % 3}` },
  n: { N: String(i) },
  text: { S: 'x'.repeat(8_000) },
}));
const SUM = String((449 * 450) / 2);
const SCAN = 'SELECT count(*), sum(n), sum(length(text)) FROM things';
const QUERY = "SELECT count(*), sum(n) FROM things WHERE id = 'k1'";
const KEYS = Array.from({ length: 90 }, (_, i) => i * 3);
const BATCH = `SELECT count(*), sum(n) FROM things WHERE id = 'k0' AND n IN (${KEYS.join(', ')})`;

let gateway: TestGateway;
let proxy: FaultProxy;
const warnings: Error[] = [];
const onWarning = (warning: Error) => warnings.push(warning);

beforeAll(async () => {
  process.on('warning', onWarning);
  gateway = await openTestGateway({
    tables: [
      { name: 'things', partitionKey, sortKey, items: ITEMS },
      { name: 'fresh', partitionKey, items: [{ id: { S: 'it' }, n: { N: '1' } }] },
    ],
    endpointOf: async (embedded) => {
      proxy = await startFaultProxy(embedded);
      return proxy.endpoint;
    },
  });
  await gateway.ask(SCAN);
});

afterEach(() => proxy.reset());

afterAll(async () => {
  await gateway.close();
  await proxy.close();
  process.off('warning', onWarning);
});

/** The fault strikes these requests of one operation, counted from 1. */
function strike(operation: string, fault: Fault, numbers: readonly number[] | 'always'): void {
  proxy.reset();
  proxy.decide = (request) =>
    request.operation === operation && (numbers === 'always' || numbers.includes(request.number)) ? fault : undefined;
}

async function answerOf(sql: string, options: { timeoutMs?: number } = {}): Promise<string[]> {
  const { rows } = await gateway.ask(sql, options);
  return (rows[0] ?? []).map(String);
}

async function errorOf(sql: string, options: { timeoutMs?: number } = {}): Promise<HeadgateError> {
  const error: unknown = await answerOf(sql, options).then(
    (rows) => new Error(`there were rows: ${rows}`),
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: 'HeadgateError' });
  return error as HeadgateError; // The line above has made sure.
}

describe('a fault that passes', () => {
  it.each<[string, Fault]>([
    ['throttling', { kind: 'error', name: 'ProvisionedThroughputExceededException' }],
    ['throttling of the account', { kind: 'error', name: 'ThrottlingException' }],
    ['a reset connection', { kind: 'reset' }],
    ['an internal error', { kind: 'error', name: 'InternalServerError', status: 500 }],
    ['an unavailable service', { kind: 'error', name: 'ServiceUnavailable', status: 503 }],
    ['an answer that breaks off', { kind: 'cut', as: 'broken' }],
    ['a damaged answer', { kind: 'cut', as: 'damaged' }],
    ['a slow answer', { kind: 'delay', ms: 50 }],
  ])('leaves the answer whole: %s', async (_name, fault) => {
    strike('Scan', fault, [2, 4]);
    expect(await answerOf(SCAN)).toEqual(['450', SUM, String(450 * 8_000)]);
    expect(proxy.counts()['Scan']).toBeGreaterThanOrEqual(4);
  });

  it('leaves the answer whole when it strikes the first page of a query', async () => {
    strike('Query', { kind: 'reset' }, [1]);
    expect(await answerOf(QUERY)).toEqual(['150', String((150 * (1 + 448)) / 2)]);
  });

  it('leaves the answer whole while keys stay unprocessed', async () => {
    strike('BatchGetItem', { kind: 'unprocessed', served: 7 }, 'always');
    expect(await answerOf(BATCH)).toEqual(['90', String(KEYS.reduce((sum, n) => sum + n, 0))]);
    expect(proxy.counts()['BatchGetItem']).toBe(13);
  });

  it('leaves the answer whole when now and then no key is processed', async () => {
    strike('BatchGetItem', { kind: 'unprocessed', served: 0 }, [1, 2, 4]);
    expect(await answerOf(BATCH)).toEqual(['90', String(KEYS.reduce((sum, n) => sum + n, 0))]);
  });
});

describe('a fault that stays', () => {
  it.each<[string, Fault, string]>([
    ['a reset connection', { kind: 'reset' }, 'ENDPOINT_UNREACHABLE'],
    ['an internal error', { kind: 'error', name: 'InternalServerError', status: 500 }, 'DYNAMODB_FAILED'],
    ['a damaged answer', { kind: 'cut', as: 'damaged' }, 'DYNAMODB_FAILED'],
    ['an answer that is cut short and looks complete', { kind: 'cut', as: 'complete' }, 'DYNAMODB_FAILED'],
    ['expired credentials', { kind: 'error', name: 'ExpiredTokenException' }, 'CREDENTIALS_REJECTED'],
    ['a permission that was taken away', { kind: 'error', name: 'AccessDeniedException' }, 'AWS_ACCESS_DENIED'],
    ['a table that was dropped', { kind: 'error', name: 'ResourceNotFoundException' }, 'TABLE_NOT_FOUND'],
    ['a page of somebody else', { kind: 'html', status: 200 }, 'DYNAMODB_FAILED'],
    ['an error page of somebody else', { kind: 'html', status: 502 }, 'ENDPOINT_UNREACHABLE'],
  ])('is one clear error and no row, though pages came before: %s', async (_name, fault, code) => {
    proxy.reset();
    proxy.decide = ({ operation, number }) => (operation === 'Scan' && number > 1 ? fault : undefined);
    const error = await errorOf(SCAN);
    expect(error).toMatchObject({ code });
    expect(error.message).not.toBe('');
    proxy.reset();
    expect(await answerOf(SCAN)).toEqual(['450', SUM, String(450 * 8_000)]);
  });

  // The SDK's own back-off for throttling takes its seconds.
  it('is DYNAMODB_THROTTLED when throttling does not end', async () => {
    strike('Scan', { kind: 'error', name: 'ProvisionedThroughputExceededException' }, 'always');
    expect(await errorOf(SCAN)).toMatchObject({ code: 'DYNAMODB_THROTTLED' });
  });
});

describe('a deadline', () => {
  it.each<[string, string, Fault]>([
    ['a page that never comes', 'Scan', { kind: 'hang' }],
    ['a page that comes late', 'Scan', { kind: 'delay', ms: 3_000 }],
    ['the back-off of throttling', 'Scan', { kind: 'error', name: 'ThrottlingException' }],
  ])('ends the wait for %s at once', async (_name, operation, fault) => {
    proxy.decide = (request) => (request.operation === operation && request.number > 1 ? fault : undefined);
    const started = performance.now();
    expect(await errorOf(SCAN, { timeoutMs: 200 })).toMatchObject({ code: 'TIMEOUT' });
    expect(performance.now() - started).toBeLessThan(1_500);
  });

  it('ends the wait for unprocessed keys at once', async () => {
    strike('BatchGetItem', { kind: 'unprocessed', served: 0 }, 'always');
    expect(await errorOf(BATCH, { timeoutMs: 250 })).toMatchObject({ code: 'TIMEOUT' });
  });

  it('ends the wait for the catalog, and the next statement gets it', async () => {
    strike('DescribeTable', { kind: 'hang' }, 'always');
    expect(await errorOf('SELECT n FROM test.fresh', { timeoutMs: 200 })).toMatchObject({ code: 'TIMEOUT' });
    proxy.reset();
    expect(await answerOf('SELECT n FROM test.fresh')).toEqual(['1']);
  });
});

describe('all of it', () => {
  it('raises no warning of Node, such as one about listeners that pile up', () => {
    expect(warnings.filter(({ message }) => !message.includes('AWS SDK')).map(String)).toEqual([]);
  });
});
