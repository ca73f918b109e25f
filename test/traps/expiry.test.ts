import { describe, expect, test } from 'vitest';
import { N, number, S, text, trapGateway } from './trap-gateway.js';

const NOW = Math.floor(Date.now() / 1000);
const DAY = 24 * 3600;
/** Rows whose time is over stay for up to two days until DynamoDB removes them. */
const sessions = [
  { id: S('over'), n: N(1), user: S('ann'), expires: N(NOW - DAY) },
  { id: S('just over'), n: N(2), user: S('ann'), expires: N(NOW - 60) },
  { id: S('alive'), n: N(3), user: S('ann'), expires: N(NOW + DAY) },
  { id: S('for ever'), n: N(4), user: S('ann') },
  { id: S('not a time'), n: N(5), user: S('ann'), expires: S(String(NOW - DAY)) },
];
const VISIBLE = ['alive', 'for ever', 'not a time'];
const table = (name: string) => ({
  name,
  partitionKey: text('user'),
  sortKey: number('n'),
  items: sessions,
});

const { ask, values } = trapGateway([table('hidden'), table('shown')], {
  hideExpired: (name) => (name === 'hidden' ? 'expires' : false),
});

describe('trap 23: rows whose time to live is over can still be read', () => {
  test.each(['', " WHERE user = 'ann'", " WHERE user = 'ann' AND n IN (1, 2, 3, 4, 5)", ' WHERE id IS NOT NULL'])(
    'so a table may say that they are not seen, whatever way it is read:%s',
    async (where) => {
      expect(await values(`SELECT id FROM hidden${where}`)).toEqual(VISIBLE);
      expect((await ask(`SELECT count(*) FROM hidden${where}`)).rows).toEqual([[3n]]);
    },
  );

  test('also where reading ends early, and by a whole key', async () => {
    expect(await values("SELECT id FROM hidden WHERE user = 'ann' ORDER BY n LIMIT 1")).toEqual(['alive']);
    expect(await values("SELECT min(n) FROM hidden WHERE user = 'ann'")).toEqual(['3']);
    expect(await values("SELECT id FROM hidden WHERE user = 'ann' AND n = 1")).toEqual([]);
    expect(
      await values('SELECT h.id FROM shown s LEFT JOIN hidden h ON h.user = s.user AND h.n = s.n AND s.n < 3'),
    ).toEqual(Array.from({ length: 5 }, () => 'null'));
  });

  test('and all of them are seen where it does not say so', async () => {
    expect(await values('SELECT id FROM shown')).toHaveLength(5);
    expect((await ask("SELECT count(*) FROM shown WHERE user = 'ann'")).rows).toEqual([[5n]]);
  });
});
