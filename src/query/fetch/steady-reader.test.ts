import { describe, expect, it } from 'vitest';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { BatchGetItemRequest, Key, RawPage, ScanRequest, TableReader } from '../../dynamodb/table-reader.js';
import { RateControls } from './rate-controls.js';
import { FakeClock } from './testing/fake-clock.js';
import { throttlingWarning } from './throttling-log.js';

const never = new AbortController().signal;
const PAGE: RawPage = {
  items: Buffer.from('[]'),
  itemCount: 0,
  scannedCount: 0,
  lastEvaluatedKey: undefined,
  readUnits: 1,
};

function throttled(reason = 'TableReadProvisionedThroughputExceeded'): HeadgateError {
  const cause = Object.assign(new Error(), { ThrottlingReasons: [{ reason, resource: 'arn' }] });
  return new HeadgateError('DYNAMODB_THROTTLED', 'slow down', { cause });
}

const refuse = () => {
  throw new Error('this call was not expected');
};

function statement(methods: Partial<TableReader>, options: { timeoutMs?: number; unitsPerSecond?: number } = {}) {
  const clock = new FakeClock();
  const rates = new RateControls({ clock, unitsPerSecond: () => options.unitsPerSecond });
  const reader = { getItem: refuse, batchGetItem: refuse, query: refuse, scan: refuse, ...methods };
  let told = 0;
  const onRefusal = () => {
    told += 1;
  };
  const { readerOf, log } = rates.forStatement(() => reader, { timeoutMs: options.timeoutMs, onRefusal });
  return { clock, rates, log, reader: readerOf('s'), told: () => told };
}

/** A scan that is refused so many times, and then answered. */
function refusedScan(times: number, error: () => Error = throttled) {
  const clockOf: { now?: () => number } = {};
  const asked: { request: ScanRequest; at: number }[] = [];
  const scan = async (request: ScanRequest) => {
    asked.push({ request, at: clockOf.now?.() ?? 0 });
    if (asked.length <= times) throw error();
    return PAGE;
  };
  return { scan, asked, clockOf };
}

describe('a request that is refused for throughput', () => {
  it('is sent again as it was until it is served', async () => {
    const { scan, asked } = refusedScan(5);
    const { clock, log, reader, told } = statement({ scan });
    const request = { tableName: 't', exclusiveStartKey: { pk: { S: 'middle' } } };
    const page = reader.scan(request, never);
    await clock.pass(60_000);
    expect(await page).toBe(PAGE);
    expect(asked.map((each) => each.request)).toEqual(
      Array.from({ length: 6 }, () => ({ ...request, throwThrottling: true })),
    );
    expect(log.summary().refusals).toBe(5);
    expect(told()).toBe(5);
    expect(clock.pending).toBe(0);
  });

  it('waits longer and longer, up to five seconds, never the same', async () => {
    const { scan, asked, clockOf } = refusedScan(12);
    const { clock, reader, log } = statement({ scan }, { timeoutMs: 600_000 });
    clockOf.now = () => clock.now();
    const page = reader.scan({ tableName: 't' }, never);
    await clock.pass(100_000);
    expect(await page).toBe(PAGE);
    const waits = asked.slice(1).map(({ at }, i) => at - (asked[i]?.at ?? 0));
    const longest = [50, 100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000, 5000, 5000];
    expect(waits).toHaveLength(longest.length);
    waits.forEach((ms, i) => {
      expect(ms).toBeLessThanOrEqual((longest[i] ?? 0) + 1);
      expect(ms).toBeGreaterThanOrEqual((longest[i] ?? 0) / 2 - 1);
    });
    expect(new Set(waits.slice(7).map(Math.round)).size).toBeGreaterThan(1);
    expect(log.summary().waitedMs).toBeCloseTo(
      waits.reduce((sum, ms) => sum + ms, 0),
      5,
    );
  });

  it('is given up with the error of DynamoDB after twenty seconds, where the statement has no timeout', async () => {
    const { scan, asked } = refusedScan(1000);
    const { clock, reader } = statement({ scan });
    const failed = expect(reader.scan({ tableName: 't' }, never)).rejects.toMatchObject({ code: 'DYNAMODB_THROTTLED' });
    await clock.pass(20_000);
    await failed;
    expect(asked.length).toBeGreaterThan(7);
    expect(clock.pending).toBe(0);
  });

  it('is tried on until the end of the statement, where that has a timeout', async () => {
    const { scan, asked } = refusedScan(1000);
    const { clock, reader } = statement({ scan }, { timeoutMs: 300_000 });
    const deadline = new AbortController();
    const failed = expect(reader.scan({ tableName: 't' }, deadline.signal)).rejects.toThrow('over');
    await clock.pass(300_000);
    expect(asked.length).toBeGreaterThan(60);
    deadline.abort(new Error('over'));
    await failed;
    expect(clock.pending).toBe(0);
  });

  it('slows down all statements that read the table, but none that reads another table or an index', async () => {
    const { scan } = refusedScan(1);
    const { clock, rates, reader } = statement({ scan });
    let inFlight = 0;
    const hang = () => {
      inFlight += 1;
      return new Promise<never>(() => {});
    };
    const other = rates.forStatement(() => ({ getItem: hang, batchGetItem: hang, query: hang, scan: hang }), {
      timeoutMs: undefined,
    });
    const page = reader.scan({ tableName: 't' }, never);
    await clock.pass(0);
    const slow = other.readerOf('s');
    for (let i = 0; i < 6; i++) void slow.scan({ tableName: 't' }, never);
    await clock.pass(0);
    expect(inFlight).toBe(4);
    for (let i = 0; i < 3; i++) void slow.query({ tableName: 't', indexName: 'i', keyConditionExpression: '' }, never);
    for (let i = 0; i < 3; i++) void slow.getItem({ tableName: 'u', key: {} }, never);
    for (let i = 0; i < 3; i++) void other.readerOf('z').scan({ tableName: 't' }, never);
    await clock.pass(0);
    expect(inFlight).toBe(4 + 9);
    await clock.pass(10_000);
    await page;
  });

  it('slows down nothing else where only its partition is hot', async () => {
    const { scan } = refusedScan(8, () => throttled('TableReadKeyRangeThroughputExceeded'));
    let queries = 0;
    const query = async () => {
      queries += 1;
      return PAGE;
    };
    const { clock, reader, log } = statement({ scan, query });
    const page = reader.scan({ tableName: 't' }, never);
    await clock.pass(10);
    for (let i = 0; i < 20; i++) void reader.query({ tableName: 't', keyConditionExpression: '' }, never);
    await clock.pass(0);
    expect(queries).toBe(20);
    expect(log.isWaiting).toBe(true);
    await clock.pass(30_000);
    expect(await page).toBe(PAGE);
    expect(log.isWaiting).toBe(false);
  });
});

describe('a batch', () => {
  const keys: Key[] = [{ pk: { S: 'a' } }, { pk: { S: 'b' } }];
  const request: BatchGetItemRequest = { tableName: 't', keys };

  it('of which nothing is processed counts as refused, and is asked for again', async () => {
    let calls = 0;
    const batchGetItem = async () => ({ ...PAGE, unprocessedKeys: ++calls < 4 ? keys : [] });
    const { clock, reader, log } = statement({ batchGetItem });
    const batch = reader.batchGetItem(request, never);
    await clock.pass(10_000);
    expect(await batch).toMatchObject({ unprocessedKeys: [] });
    expect(calls).toBe(4);
    expect(log.summary().refusals).toBe(3);
  });

  it('of which something is processed is given as it is', async () => {
    const [, left] = keys;
    const batchGetItem = async () => ({ ...PAGE, itemCount: 1, unprocessedKeys: left === undefined ? [] : [left] });
    const { clock, reader, log } = statement({ batchGetItem });
    const batch = reader.batchGetItem(request, never);
    await clock.pass(0);
    expect(await batch).toMatchObject({ itemCount: 1, unprocessedKeys: [left] });
    expect(log.summary()).toEqual({ refusals: 0, waitedMs: 0 });
  });

  it('of which nothing is processed for twenty seconds is DYNAMODB_THROTTLED and names the table', async () => {
    const batchGetItem = async () => ({ ...PAGE, unprocessedKeys: keys });
    const { clock, reader } = statement({ batchGetItem });
    const failed = expect(reader.batchGetItem(request, never)).rejects.toMatchObject({
      code: 'DYNAMODB_THROTTLED',
      message: 'DynamoDB left 2 keys of t unread again and again',
    });
    await clock.pass(20_000);
    await failed;
  });
});

describe('a request that fails otherwise', () => {
  it.each(['DYNAMODB_FAILED', 'ENDPOINT_UNREACHABLE', 'CREDENTIALS_REJECTED', 'TABLE_NOT_FOUND'] as const)(
    'fails at once, because the SDK has tried: %s',
    async (code) => {
      const { scan, asked } = refusedScan(1, () => new HeadgateError(code, 'no'));
      const { clock, reader, log } = statement({ scan });
      const failed = expect(reader.scan({ tableName: 't' }, never)).rejects.toMatchObject({ code });
      await clock.pass(0);
      await failed;
      expect(asked).toHaveLength(1);
      expect(log.summary()).toEqual({ refusals: 0, waitedMs: 0 });
    },
  );
});

describe('a rate that is set', () => {
  it('holds for a table, for each of its indexes, and for all statements together', async () => {
    let sent = 0;
    const answer = async () => {
      sent += 1;
      return { ...PAGE, readUnits: 10 };
    };
    const { clock, rates, reader, log } = statement({ scan: answer }, { unitsPerSecond: 100 });
    const other = rates.forStatement(() => ({ ...reader, query: answer, scan: answer }), { timeoutMs: undefined });
    for (let i = 0; i < 100; i++) void reader.scan({ tableName: 't' }, never);
    for (let i = 0; i < 100; i++) void other.readerOf('s').scan({ tableName: 't' }, never);
    await clock.pass(5_000);
    expect(sent).toBeGreaterThan(45);
    expect(sent).toBeLessThan(55);
    for (let i = 0; i < 100; i++)
      void other.readerOf('s').query({ tableName: 't', indexName: 'i', keyConditionExpression: '' }, never);
    await clock.pass(5_000);
    expect(sent).toBeGreaterThan(140);
    expect(sent).toBeLessThan(160);
    expect(log.summary().waitedMs).toBeGreaterThan(9_000);
    expect(throttlingWarning(log.summary())).toBeUndefined();
  });
});

describe('the warning', () => {
  it.each([
    [{ refusals: 0, waitedMs: 500 }, undefined],
    [
      { refusals: 1, waitedMs: 49 },
      'DynamoDB refused a request for want of throughput; reading waited 0.0 s and went on',
    ],
    [
      { refusals: 12, waitedMs: 3449 },
      'DynamoDB refused 12 requests for want of throughput; reading waited 3.4 s and went on',
    ],
  ])('of %o', (summary, warning) => {
    expect(throttlingWarning(summary)).toBe(warning);
  });
});
