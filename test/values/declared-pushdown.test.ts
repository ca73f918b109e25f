import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Item } from '../../src/dynamodb/attribute-value.js';
import { openTestGateway, type TestGateway } from '../support/test-gateway.js';

/** Few days, seconds and UUIDs, so that predicates often meet values; in all spellings that come to mind. */
const day = fc.constantFrom('0001-01-01', '2023-12-31', '2024-02-29', '2024-03-01', '2024-05-01', '9999-12-31');
const time = fc.constantFrom('00:00:00', '09:59:59', '10:00:00', '10:00:01', '10:59:59', '23:59:59');
const fraction = fc.constantFrom('', '.5', '.500', '.000001', '.999999', '.000', '.1234567');
const zone = fc.constantFrom('', 'Z', '+00:00', '+02:00', '-00:00', ' UTC');
const uuid = fc.constantFrom(
  '00000000-0000-0000-0000-000000000000',
  '5f0c9d3e-1b2a-4c3d-8e4f-0123456789ab',
  'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
);
const odd = fc.constantFrom(
  '!',
  '2024',
  '2024-1-1',
  ' 2024-05-01',
  '2024-05-01x',
  '2024-02-30',
  '0000-12-31',
  'zz',
  'Ö',
);
const moment = fc.tuple(day, fc.constantFrom('T', ' '), time, fraction, zone).map((parts) => parts.join(''));
const minute = fc.tuple(day, time).map(([date, clock]) => `${date}T${clock.slice(0, 5)}`);
const text = fc.oneof(
  { weight: 4, arbitrary: moment },
  minute,
  { weight: 3, arbitrary: day },
  { weight: 3, arbitrary: uuid },
  uuid.map((each) => each.toUpperCase()),
  odd,
);

const constants = {
  day: fc.oneof(
    day.map((each) => `DATE '${each}'`),
    fc.tuple(day, time).map((each) => `TIMESTAMP '${each.join(' ')}'`),
    fc.constant("DATE '12024-01-01'"),
  ),
  moment: fc.oneof(
    fc.tuple(day, time, fraction).map(([date, clock, part]) => `TIMESTAMP '${date} ${clock}${part}'`),
    day.map((each) => `TIMESTAMPTZ '${each} 10:00:00+00'`),
    day.map((each) => `'${each}'`),
    fc.constant("TIMESTAMP 'infinity'"),
  ),
  uuid: uuid.map((each) => `'${each}'`),
};

const op = fc.constantFrom('=', '<>', '<', '<=', '>', '>=', '=', '>=', '<');
const condition = fc.constantFrom('day', 'moment', 'uuid').chain((name) => {
  // The three names are the keys of `constants`.
  const constant = constants[name as keyof typeof constants];
  return fc.oneof(
    { weight: 4, arbitrary: fc.tuple(op, constant).map((each) => `${name} ${each.join(' ')}`) },
    fc.tuple(constant, constant).map((each) => `${name} BETWEEN ${each.join(' AND ')}`),
    fc.tuple(fc.constantFrom('IN', 'NOT IN'), constant, constant).map(([word, a, b]) => `${name} ${word} (${a}, ${b})`),
    fc.constantFrom(`${name} IS NULL`, `${name} IS NOT NULL`),
  );
});
const predicate = fc.oneof(
  condition,
  fc.tuple(condition, fc.constantFrom('AND', 'OR'), condition).map((each) => `(${each.join(' ')})`),
  condition.map((each) => `NOT (${each})`),
);

const DECLARED = { day: 'date', moment: 'timestamp', uuid: 'uuid' };
/** Every table holds the same texts, each with another attribute as its sort key. */
const SORT_KEYS = ['day', 'moment', 'uuid', 'id'];
const texts = fc.sample(fc.tuple(text, text, text), { numRuns: 250, seed: 7 });

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await openTestGateway({
    tables: SORT_KEYS.map((sortKey) => ({
      name: `by_${sortKey}`,
      partitionKey: { name: 'part', type: 'S' },
      sortKey: { name: sortKey, type: 'S' },
      items: distinct(
        texts.map(([a, b, c], i): Item => {
          const others: Item = i % 9 === 0 ? {} : i % 10 === 0 ? { uuid: { NULL: true } } : { uuid: { S: c } };
          return {
            ...others,
            part: { S: 'p' },
            id: { S: `${i}` },
            day: { S: a },
            moment: { S: b },
            [sortKey]: { S: b },
          };
        }),
        sortKey,
      ),
    })),
    declarations: Object.fromEntries(SORT_KEYS.map((sortKey) => [`by_${sortKey}`, DECLARED])),
  });
});

afterAll(() => gateway.close());

function distinct(items: readonly Item[], attribute: string): Item[] {
  return [...new Map(items.map((item) => [JSON.stringify(item[attribute]), item])).values()];
}

describe('a column parsed from text', () => {
  it.each(SORT_KEYS)('gives the same rows with and without pushdown, in the table sorted by %s', async (sortKey) => {
    await fc.assert(
      fc.asyncProperty(predicate, async (where) => {
        const sql = `SELECT id, part FROM by_${sortKey} WHERE part = 'p' AND ${where} ORDER BY id`;
        const [pushed, whole] = await Promise.all([gateway.ask(sql), gateway.ask(sql, { pushdown: false })]);
        expect(pushed.rows).toEqual(whole.rows);
        const counted = await gateway.ask(`SELECT count(*) FROM by_${sortKey} WHERE part = 'p' AND ${where}`);
        expect(counted.rows).toEqual([[BigInt(whole.rows.length)]]);
      }),
      { numRuns: 40, seed: 11 },
    );
  });

  it.each(SORT_KEYS.slice(0, 3))('gives the same first rows in the order of %s', async (name) => {
    for (const direction of ['ASC', 'DESC', 'DESC NULLS LAST']) {
      const sql = `SELECT ${name}, part FROM by_${name} WHERE part = 'p' ORDER BY ${name} ${direction} LIMIT 3`;
      expect((await gateway.ask(sql)).rows).toEqual((await gateway.ask(sql, { pushdown: false })).rows);
    }
    const least = `SELECT min(${name}) FROM by_${name} WHERE part = 'p'`;
    expect((await gateway.ask(least)).rows).toEqual((await gateway.ask(least, { pushdown: false })).rows);
  });

  it('becomes a key condition where it is a key, exact for a date that must be equal', async () => {
    const plan = async (sql: string) => (await gateway.ask(`EXPLAIN ${sql}`)).rows.map(([line]) => String(line));
    expect(await plan("SELECT * FROM by_day WHERE part = 'p' AND day = '2024-5-1'")).toEqual(
      expect.arrayContaining([expect.stringContaining("key: part = 'p' AND day = '2024-05-01'")]),
    );
    expect(await plan("SELECT * FROM by_moment WHERE part = 'p' AND moment >= '2024-05-01 10:00'")).toEqual(
      expect.arrayContaining([
        expect.stringContaining("key: part = 'p' AND moment >= '2024-05-01T10:00'"),
        expect.stringMatching(/moment >= .*\[superset, key\]/),
      ]),
    );
    expect(await plan("SELECT * FROM by_moment WHERE part = 'p' AND moment > now() - INTERVAL 1 DAY")).toEqual(
      expect.arrayContaining([expect.stringMatching(/key: part = 'p' AND moment >= '\d{4}-\d\d-\d\dT\d\d:\d\d/)]),
    );
    expect(
      await plan("SELECT * FROM by_uuid WHERE part = 'p' AND uuid < 'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF'"),
    ).toEqual(expect.arrayContaining([expect.stringContaining("uuid < 'ffffffff-ffff-ffff-ffff-ffffffffffff'")]));
  });
});
