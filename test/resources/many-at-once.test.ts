import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { ITEMS, resourceGateway, SUM } from './resource-gateway.js';

const MEMORY = 128 * 2 ** 20;
const { gateway, expectNothingLeft } = resourceGateway({ memoryBytes: MEMORY, tempDiskBytes: 320 * 2 ** 20 });

/** A scan, and an order of millions of rows with texts of 64 letters: more than the memory, and less than the disk. */
const spilling = (times: number) =>
  `SELECT sum(rank) FROM (SELECT row_number() OVER (ORDER BY md5(t.n || '-' || g.i) || md5(g.i || '-' || t.n)) AS rank FROM (SELECT n FROM things) t, generate_series(1, ${times}) AS g(i))`;
const TIMES = 2_500;
const ROWS = BigInt(ITEMS * TIMES);
const ENDLESS = 'SELECT sum(hash(g.i + t.n) % 7) FROM things t, generate_series(1, 1000000000) AS g(i)';

async function spilledFiles(): Promise<number> {
  const entries = await readdir(gateway().tempDirectory, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).length;
}

describe('twenty statements at once', () => {
  it('all end right, though one spills and one is cancelled, and leave nothing behind', {
    timeout: 90_000,
  }, async () => {
    let mostFiles = 0;
    const watch = setInterval(() => {
      void spilledFiles().then((files) => {
        mostFiles = Math.max(mostFiles, files);
      });
    }, 20);
    const controller = new AbortController();
    const spilled = gateway().ask(spilling(TIMES));
    const cancelled = gateway().engine.run({ sql: ENDLESS }, controller.signal);
    const others = Array.from({ length: 18 }, (_, i) => statementOf(i));
    const answers = others.map(({ sql }) => gateway().ask(sql));
    const first = await Promise.race(answers);
    expect(first.rows).not.toEqual([]);
    controller.abort();
    await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
    for (const [i, { rows }] of (await Promise.all(answers)).entries()) {
      expect(
        rows.map((row) => row.map(String)),
        others[i]?.sql,
      ).toEqual([others[i]?.row]);
    }
    expect((await spilled).rows.map(String)).toEqual([String((ROWS * (ROWS + 1n)) / 2n)]);
    clearInterval(watch);
    expect(mostFiles).toBeGreaterThan(0);
    await expectNothingLeft();
  });

  it('that need more disk than there may be fail with a clear error, and only they', { timeout: 90_000 }, async () => {
    const tooMuch =
      'SELECT sum(length(t.text)) FROM (SELECT t.text, row_number() OVER (ORDER BY md5(t.text || g.i)) AS r FROM things t, generate_series(1, 1000) AS g(i)) AS t WHERE r % 2 = 0';
    const [refused, ...answers] = await Promise.allSettled([
      gateway().ask(tooMuch),
      ...[0, 1, 2, 3].map((i) => gateway().ask(statementOf(i).sql)),
    ]);
    expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'RESOURCES_EXHAUSTED' } });
    const { message, hint } = Object(Object(refused).reason);
    expect(message).not.toContain('max_temp_directory_size');
    expect(String(hint)).not.toBe('undefined');
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'fulfilled']);
    await expectNothingLeft();
    expect((await gateway().ask('SELECT count(*) FROM things')).rows).toEqual([[BigInt(ITEMS)]]);
  });
});

function statementOf(i: number): { readonly sql: string; readonly row: readonly string[] } {
  const of = [
    { sql: 'SELECT count(*), sum(n) FROM things', row: [String(ITEMS), String(SUM)] },
    { sql: `SELECT n FROM things WHERE id = 'k${i % 4}' AND n = ${i}`, row: [String(i)] },
    { sql: `SELECT count(*) FROM things WHERE id = 'k${i % 4}'`, row: [String(ITEMS / 4)] },
    { sql: "SELECT max(_item->>'n') FROM things WHERE n < 10", row: ['9'] },
    { sql: 'SELECT count(*) FROM things a JOIN things b ON a.n = b.n', row: [String(ITEMS)] },
    { sql: 'SELECT min(n), max(length(text)) FROM things', row: ['0', '8000'] },
  ];
  return of[i % of.length] ?? { sql: 'SELECT 1', row: ['1'] };
}
