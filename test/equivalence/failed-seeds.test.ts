import { afterAll, beforeAll, expect, it } from 'vitest';
import { compareCase } from './compare-case.js';
import failedSeeds from './failed-seeds.json' with { type: 'json' };
import { ThreeWays } from './three-ways.js';

/** Seeds stay here until the generators change, which makes other statements of them: see regressions.test.ts. */
let ways: ThreeWays;
beforeAll(async () => {
  ways = await ThreeWays.open();
});
afterAll(() => ways.close());

it('has the same answers to the cases that failed once', { timeout: 300_000 }, async () => {
  for (const seed of failedSeeds) await compareCase(ways, seed);
  expect(ways.tally.faultErrors).toBeLessThanOrEqual(ways.tally.faulted);
});
