import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, type TestGateway } from '../support/test-gateway.js';

const N = (value: number | string) => ({ N: String(value) });
const S = (value: string) => ({ S: value });
const text = { type: 'S' } as const;
const number = { type: 'N' } as const;

/** Pairs of keys of which some exist in `orders`: 2100 different ones of two customers. */
const visits = Array.from({ length: 2100 }, (_, i) => ({ id: S(`v${i}`), who: S(`c${i % 2}`), day: N(i >> 1) }));

/** Some 10 MB, so that thousands of keys cost less than all of it. */
const orders = Array.from({ length: 2700 }, (_, i) => ({
  customer: S(`c${i % 3}`),
  day: N(Math.floor(i / 3)),
  note: S('x'.repeat(4000)),
}));

/** Attributes by which `orders` is looked up, one or both of which a row lacks. */
const wishes = [
  { id: S('1'), who: S('c0'), day: N(7) },
  { id: S('2'), who: S('c1'), day: N(8) },
  { id: S('3'), who: S('c2') },
  { id: S('4'), day: N('9.5') },
];

describe('a statement that was planned wrongly', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await openTestGateway({
      tables: [
        { name: 'visits', partitionKey: { name: 'id', ...text }, items: visits },
        { name: 'wishes', partitionKey: { name: 'id', ...text }, items: wishes },
        {
          name: 'orders',
          partitionKey: { name: 'customer', ...text },
          sortKey: { name: 'day', ...number },
          items: orders,
        },
        {
          name: 'exact',
          partitionKey: { name: 'n', ...number },
          items: ['9007199254740992', '9007199254740993', '1'].map((n) => ({ n: N(n), name: S(`number ${n}`) })),
        },
        {
          name: 'rounded',
          partitionKey: { name: 'id', ...text },
          sortKey: { name: 'n', ...number },
          items: [
            { id: S('a'), n: N('12345678901234567890123'), name: S('z') },
            { id: S('a'), n: N('12345678901234567890124'), name: S('a') },
            { id: S('a'), n: N('1e100'), name: S('m') },
          ],
        },
      ],
    });
  });
  afterAll(async () => {
    await gateway.close();
  });

  async function bothWays(sql: string) {
    const pushed = await gateway.ask(sql);
    const whole = await gateway.ask(sql, { pushdown: false });
    expect(pushed.rows).toEqual(whole.rows);
    return pushed;
  }

  const pathsOf = (plan: { readonly references: readonly { readonly path: string }[] }) =>
    plan.references.map(({ path }) => path);

  // The keys were taken to be together in one row of the common table expression.
  it('looks up keys of which two readings of one table know one attribute each', async () => {
    const { rows, plan } = await bothWays(
      `WITH w AS NOT MATERIALIZED (SELECT * FROM wishes)
       SELECT a.id, b.id, o.customer, CAST(o.day AS BIGINT) FROM w AS a, w AS b, orders AS o
       WHERE o.customer = a.who AND o.day = b.day ORDER BY ALL`,
    );
    expect(pathsOf(plan)).toEqual(['scan', 'lookup']);
    expect(rows).toHaveLength(6);
  });

  // More pairs than could be told apart became all combinations of their values, the same ones for several batches.
  it('looks up thousands of pairs of keys, each item once', async () => {
    const { rows, plan, summary } = await bothWays(
      'SELECT count(*) FROM visits AS v JOIN orders AS o ON o.customer = v.who AND o.day = v.day',
    );
    expect(pathsOf(plan)).toEqual(['scan', 'lookup']);
    expect(summary.reads[1]).toMatchObject({ path: 'batch-get', itemsReturned: 1800 });
    expect(rows).toEqual([[1800n]]);
  });

  // DuckDB compares as DOUBLE; the key alone was asked for.
  it('finds every key that is equal to a DOUBLE', async () => {
    const { rows } = await bothWays('SELECT name FROM exact WHERE n = 9007199254740992e0');
    expect(rows).toHaveLength(2);
  });

  // DuckDB writes these into its plan as NaN and Infinity, which are no JSON.
  it.each([
    ["n < 'Infinity'::DOUBLE", 3n],
    ["n > '-Infinity'::DOUBLE", 3n],
    ["n = 'NaN'::DOUBLE", 0n],
    ['n = 1e400', 0n],
    ["name <> 'NaN Infinity'", 3n],
  ])('compares with what no JSON can hold: %s', async (condition, count) => {
    const { rows } = await bothWays(`SELECT count(*) FROM exact WHERE ${condition}`);
    expect(rows).toEqual([[count]]);
  });

  // The keys differ, the doubles that SQL sees do not, so that what comes next decides.
  it('orders numbers that are equal once they are rounded by what is to follow', async () => {
    const { rows } = await bothWays("SELECT name FROM rounded WHERE id = 'a' ORDER BY n, name LIMIT 1");
    expect(rows).toEqual([['a']]);
  });
});
