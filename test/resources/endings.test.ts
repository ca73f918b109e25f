import { describe, expect, it } from 'vitest';
import type { StatementRequest } from '../../src/query/statement.js';
import type { Fault } from '../faults/fault-proxy.js';
import { ITEMS, resourceGateway, SUM } from './resource-gateway.js';

const { gateway, proxy, expectNothingLeft } = resourceGateway();

/** Takes longer than any test waits. */
const ENDLESS = 'sum(hash(g.i + t.n) % 7) FROM things t, generate_series(1, 1000000000) AS g(i)';
const COUNT = 'SELECT count(*), sum(n), sum(length(text)) FROM things';

/** Takes longer to plan than the other statements. */
const MANY_TABLES = `SELECT count(*) FROM things t0 ${Array.from({ length: 40 }, (_, i) => `JOIN things t${i + 1} USING (n)`).join(' ')}`;

interface Stage {
  readonly stage: string;
  readonly sql: string;
  /** The operation and the number of its request that never gets an answer. */
  readonly hang?: readonly [operation: string, number: number];
  readonly isExport?: true;
  /** When it is at its stage, where no request tells. */
  readonly afterMs?: number;
}

const STAGES: readonly Stage[] = [
  { stage: 'planning', sql: MANY_TABLES, afterMs: 1 },
  { stage: 'describing', sql: 'SELECT id FROM fresh', hang: ['DescribeTable', 1] },
  { stage: 'sampling', sql: 'SELECT id FROM fresh', hang: ['Scan', 1] },
  { stage: 'reading the first page', sql: COUNT, hang: ['Scan', 1] },
  { stage: 'reading a later page', sql: COUNT, hang: ['Scan', 3] },
  { stage: 'reading by key', sql: "SELECT text FROM things WHERE id = 'k1' AND n = 5", hang: ['GetItem', 1] },
  { stage: 'executing', sql: `SELECT ${ENDLESS}` },
  { stage: 'executing EXPLAIN ANALYZE', sql: `EXPLAIN ANALYZE SELECT ${ENDLESS}` },
  { stage: 'streaming rows', sql: 'SELECT t.text, g.i FROM things t, generate_series(1, 1000000) AS g(i)' },
  { stage: 'reading for an export', sql: COUNT, hang: ['Scan', 2], isExport: true },
  {
    stage: 'writing an export',
    sql: 'SELECT t.n, g.i FROM things t, generate_series(1, 100000000) AS g(i)',
    isExport: true,
  },
];

/** Runs the statement to its end, which it has not; `reached` is called when it is at its stage. */
async function run({ sql, hang, isExport, afterMs = 150 }: Stage, options: RunOptions): Promise<unknown> {
  const { engine } = gateway();
  const request = { sql, ...options.request };
  if (hang !== undefined) {
    proxy().decide = ({ operation, number }): Fault | undefined => {
      if (operation !== hang[0] || number < hang[1]) return undefined;
      options.reached();
      return { kind: 'hang' };
    };
  } else setTimeout(options.reached, afterMs);
  if (isExport === true) return engine.exportParquet(request, options.signal);
  const { batches } = await engine.run(request, options.signal);
  let rows = 0;
  for await (const batch of batches) rows += batch.length;
  return rows;
}

interface RunOptions {
  readonly request: Omit<StatementRequest, 'sql'>;
  readonly signal: AbortSignal;
  readonly reached: () => void;
}

/** The error of the ending, and how long it took after `endAt` was called. */
async function ending(work: (endNow: () => void) => Promise<unknown>): Promise<{ error: unknown; lateMs: number }> {
  let endedAt = Number.NaN;
  const error = await work(() => {
    endedAt = performance.now();
  }).then(
    (value) => new Error(`it did not end early: ${String(value)}`),
    (reason: unknown) => reason,
  );
  return { error, lateMs: performance.now() - endedAt };
}

describe.each(STAGES)('a statement that is at $stage', (stage) => {
  it('ends at once when it is cancelled, and leaves nothing behind', async () => {
    const controller = new AbortController();
    const { error, lateMs } = await ending((endNow) =>
      run(stage, {
        request: {},
        signal: controller.signal,
        reached: () => {
          endNow();
          controller.abort();
        },
      }),
    );
    expect(error).toMatchObject({ name: 'HeadgateError', code: 'CANCELLED' });
    expect(lateMs).toBeLessThan(1_000);
    await expectNothingLeft();
    proxy().reset();
    expect((await gateway().ask('SELECT count(*), sum(n) FROM things')).rows.map(String)).toEqual([`${ITEMS},${SUM}`]);
  });

  it('ends soon after its timeout, and leaves nothing behind', async () => {
    const startedAt = performance.now();
    const { error } = await ending(() =>
      run(stage, {
        request: { timeoutMs: stage.afterMs ?? 300 },
        signal: new AbortController().signal,
        reached: () => undefined,
      }),
    );
    expect(error).toMatchObject({ name: 'HeadgateError', code: 'TIMEOUT' });
    expect(performance.now() - startedAt).toBeLessThan(1_300);
    await expectNothingLeft();
  });
});

describe('a statement that is cancelled at any moment', () => {
  it.each([
    COUNT,
    'SELECT n, mixed, _item FROM things ORDER BY text DESC',
    "SELECT a.n, b.text FROM things a JOIN things b ON a.id = b.id AND a.n = b.n WHERE a.id = 'k2'",
  ])('gives all its rows or is cancelled, and leaves nothing behind: %s', async (sql) => {
    const whole = await gateway().ask(sql);
    const tookMs = whole.summary.planMs + whole.summary.executionMs;
    const outcomes = { whole: 0, cancelled: 0 };
    for (let step = 0; step < 25; step++) {
      const controller = new AbortController();
      const timer = setTimeout(() => controller.abort(), (tookMs * step) / 20);
      const outcome: unknown = await rowsOf(sql, controller.signal).catch((error: unknown) => error);
      clearTimeout(timer);
      if (typeof outcome === 'number') {
        expect(outcome).toBe(whole.rows.length);
        outcomes.whole += 1;
      } else {
        expect(outcome).toMatchObject({ name: 'HeadgateError', code: 'CANCELLED' });
        outcomes.cancelled += 1;
      }
    }
    expect(outcomes.cancelled).toBeGreaterThan(3);
    await expectNothingLeft();
  });

  it('gives its resources back when nobody takes its rows', async () => {
    const { engine } = gateway();
    const untaken = await engine.run({ sql: 'SELECT * FROM things' }, new AbortController().signal);
    await untaken.close();
    const halfTaken = await engine.run(
      { sql: 'SELECT t.text, g.i FROM things t, generate_series(1, 1000000) AS g(i)' },
      new AbortController().signal,
    );
    for await (const _ of halfTaken.batches) break;
    await expectNothingLeft();
  });
});

async function rowsOf(sql: string, signal: AbortSignal): Promise<number> {
  const { batches } = await gateway().engine.run({ sql }, signal);
  let rows = 0;
  for await (const batch of batches) rows += batch.length;
  return rows;
}
