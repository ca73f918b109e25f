import { asyncProperty, check } from 'fast-check';
import { randomCases } from './random-case.js';
import { Mismatch, type ThreeWays } from './three-ways.js';

const STATEMENTS_PER_CASE = 40;
const MAX_SHRINKING_MS = 60_000;

/** One case by its seed; the error of a failing one has the shrunk case and the seed that gives it again. */
export async function compareCase(ways: ThreeWays, seed: number): Promise<void> {
  let first: { readonly kind: string; readonly atMs: number } | undefined;
  const property = asyncProperty(randomCases(STATEMENTS_PER_CASE), async (each) => {
    if (first !== undefined && performance.now() - first.atMs > MAX_SHRINKING_MS) return;
    await ways.compare(each).catch((error: unknown) => {
      if (!(error instanceof Mismatch)) throw error;
      first ??= { kind: error.kind, atMs: performance.now() };
      // What shrinks to something that fails otherwise would hide what failed at first.
      if (error.kind === first.kind) throw error;
    });
  });
  const details = await check(property, { seed, numRuns: 1 });
  if (!details.failed) return;
  const reason = details.errorInstance instanceof Error ? details.errorInstance.message : String(details.errorInstance);
  throw new Error(`HEADGATE_EQUIVALENCE_SEED=${seed} (${details.numShrinks} shrinks)\n\n${reason}`);
}

/** So many cases have so many statements. */
export function casesOf(statementCount: number): number {
  return Math.ceil(statementCount / STATEMENTS_PER_CASE);
}
