import { it } from 'vitest';
import { openTestGateway } from '../../support/test-gateway.js';

it('x', async () => {
  const g = await openTestGateway({
    tables: [{ name: 'things', partitionKey: { name: 'id', type: 'S' }, items: [{ id: { S: 'a' }, n: { N: '1' } }] }],
  });
  const lev = (k: number, m: number) =>
    `SELECT n FROM things WHERE n IN (${Array.from({ length: m }, (_, i) => `levenshtein(repeat('ab', ${k + i}), repeat('ba', ${k}))`).join(', ')})`;
  const joins = (m: number) =>
    `SELECT count(*) FROM things t0 ${Array.from({ length: m }, (_, i) => `JOIN things t${i + 1} ON t${i + 1}.n = t${i}.n`).join(' ')}`;
  for (const sql of [
    lev(200, 1000),
    lev(500, 100),
    lev(500, 1000),
    lev(1000, 300),
    joins(60),
    joins(30),
    `SELECT n FROM things WHERE n = ${'('.repeat(300)}1${'+1)'.repeat(300)}`,
  ]) {
    const t = performance.now();
    const e = await g.engine.plan({ sql, timeoutMs: 3000 }, new AbortController().signal).then(
      () => 'planned',
      (x) => `${x.code} ${x.message}`,
    );
    console.log('SELECT', sql.slice(0, 100), e, (performance.now() - t).toFixed(0));
  }
  await g.close();
}, 100_000);
