import { expect, it } from 'vitest';
import { casesOf, compareCase } from './compare-case.js';
import { eachOf } from './each-of.js';
import { addTally, emptyTally, type Tally, tallyText } from './tally.js';
import { ThreeWays } from './three-ways.js';

const wanted = process.env['HEADGATE_EQUIVALENCE_RUNS'];
const statementCount = Number(wanted ?? 500) / 2;
/** The short run is the same every time, so that what fails is what a change broke; the long one is new every time. */
const anySeed = wanted === undefined ? 1 : Math.floor(Math.random() * 2 ** 30);
const seed = process.env['HEADGATE_EQUIVALENCE_SEED'];

/** Cases that are under way at once: while one waits for faults to pass, the others go on. */
const CASES_AT_ONCE = 3;
/** The tables of a case are not dropped: a new gateway begins without them. */
const CASES_PER_GATEWAY = 60;

/**
 * Half of the statements of a run, for a process of its own: cases from even or from odd seeds on. A seed that was asked
 * for is the first one of the first half.
 */
export function itAgreesForHalf(half: 0 | 1): void {
  const firstSeed = seed === undefined ? 2 * anySeed + half : Number(seed) + half;
  const title = `has the same rows with pushdown, without it, and in DuckDB by itself (${statementCount} statements from seed ${firstSeed})`;
  it(
    title,
    async () => {
      const seeds = Array.from({ length: casesOf(statementCount) }, (_, i) => (firstSeed + 2 * i) % 2 ** 31);
      const total = emptyTally();
      for (let from = 0; from < seeds.length; from += CASES_PER_GATEWAY) {
        addTally(total, await runCases(seeds.slice(from, from + CASES_PER_GATEWAY)));
        if (wanted !== undefined) process.stderr.write(progressText(firstSeed, total));
      }
      console.info(`equivalence: seed ${firstSeed}, ${tallyText(total)}`);
      // A comparison of empty answers and errors would show nothing.
      expect(total.withRows / total.statements).toBeGreaterThan(0.2);
      expect(total.errors / total.statements).toBeLessThan(0.05);
      expect(total.faulted / total.statements).toBeGreaterThan(0.2);
      expect(total.faultErrors / total.faulted).toBeLessThan(0.05);
    },
    // Some 25 in a second on a machine of its own; others may use it too.
    120_000 + statementCount * 2_000,
  );
}

/** A long run says now and then how far it is. */
function progressText(firstSeed: number, { statements }: Tally): string {
  return `equivalence: seed ${firstSeed}, ${statements} of ${statementCount} statements\n`;
}

async function runCases(seeds: readonly number[]): Promise<Tally> {
  const ways = await ThreeWays.open();
  try {
    await eachOf(seeds, CASES_AT_ONCE, (each) => compareCase(ways, each));
    return ways.tally;
  } catch (error) {
    // The report comes only after the other half, which may take hours.
    process.stderr.write(`${error}\n`);
    throw error;
  } finally {
    await ways.close();
  }
}
