import { asyncProperty, check } from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import failedSeeds from './failed-seeds.json' with { type: 'json' };
import { randomCases } from './random-case.js';
import { Mismatch, ThreeWays } from './three-ways.js';

const STATEMENTS_PER_CASE = 25;
const MAX_SHRINKING_MS = 60_000;
const statementCount = Number(process.env['HEADGATE_EQUIVALENCE_RUNS'] ?? 500);
/** The short run is the same every time, so that what fails is what a change broke; the long one is new every time. */
const isLong = process.env['HEADGATE_EQUIVALENCE_RUNS'] !== undefined;
const firstSeed = Number(
  process.env['HEADGATE_EQUIVALENCE_SEED'] ?? (isLong ? Math.floor(Math.random() * 2 ** 31) : 1),
);

describe('a random statement over random tables', () => {
  let ways: ThreeWays;
  beforeAll(async () => {
    ways = await ThreeWays.open();
  });
  afterAll(async () => {
    await ways.close();
  });

  it.each(failedSeeds)(
    'has the same answer with the seed %i, which failed once',
    async (seed) => {
      await compareCase(ways, seed);
    },
    300_000,
  );

  it(
    `has the same rows with pushdown, without it, and in DuckDB by itself (${statementCount} statements from seed ${firstSeed})`,
    async () => {
      const cases = Math.ceil(statementCount / STATEMENTS_PER_CASE);
      for (let i = 0; i < cases; i++) await compareCase(ways, (firstSeed + i) % 2 ** 31);
      const { statements, withRows, errors, sparedErrors, paths } = ways.tally;
      console.info(
        `equivalence: seed ${firstSeed}, ${statements} statements, ${withRows} with rows, ${errors} refused by all, ` +
          `${sparedErrors} spared an error by pushdown, paths ${JSON.stringify(Object.fromEntries(paths))}`,
      );
      // A comparison of empty answers and errors would show nothing.
      expect(withRows / statements).toBeGreaterThan(0.3);
      expect(errors / statements).toBeLessThan(0.05);
    },
    120_000 + statementCount * 400,
  );
});

/** One case by its seed; the error of a failing one has the shrunk case and the seed that gives it again. */
async function compareCase(ways: ThreeWays, seed: number): Promise<void> {
  let first: { readonly kind: string; readonly atMs: number; readonly statements: number } | undefined;
  const property = asyncProperty(randomCases(STATEMENTS_PER_CASE), async (each) => {
    if (first !== undefined && performance.now() - first.atMs > MAX_SHRINKING_MS) return;
    await ways.compare(each).catch((error: unknown) => {
      if (!(error instanceof Mismatch)) throw error;
      first ??= { kind: error.kind, atMs: performance.now(), statements: ways.tally.statements };
      // What shrinks to something that fails otherwise would hide what failed at first.
      if (error.kind === first.kind) throw error;
    });
  });
  const details = await check(property, { seed, numRuns: 1 });
  if (!details.failed) return;
  const reason = details.errorInstance instanceof Error ? details.errorInstance.message : String(details.errorInstance);
  throw new Error(
    `HEADGATE_EQUIVALENCE_SEED=${seed} (statement ${first?.statements} of the run, ${details.numShrinks} shrinks)\n\n${reason}`,
  );
}
