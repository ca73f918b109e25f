import { expect, it } from 'vitest';
import { DistinctValues } from './distinct-values.js';

it('counts the different values of the types that can be keys', () => {
  const values = new DistinctValues();
  for (let i = 0; i < 1000; i++) {
    values.add({
      id: { S: `item-${i}` },
      status: { S: ['open', 'paid', 'shut'][i % 3] ?? '' },
      total: { N: String(i % 50) },
      flag: { BOOL: i % 2 === 0 },
      ...(i % 10 === 0 ? { note: { S: 'x'.repeat(3000) } } : {}),
    });
  }
  expect(Object.fromEntries(values.counts())).toEqual({ id: 1000, status: 3, total: 50 });
});
