let last: Promise<void> = Promise.resolve();

/** Milliseconds that work on the event loop may take before it lets others have their turn. */
const STRETCH_MS = 5;

/**
 * Ends when the event loop has been round: for long work in JavaScript, which is done in stretches. One caller goes on in
 * each turn of the loop, so that the stretches of several do not add up to a long one.
 */
export function nextTurn(): Promise<void> {
  last = last.then(() => new Promise((resolve) => setImmediate(resolve)));
  return last;
}

/** Calls `step` with each value, in stretches of a few milliseconds. */
export async function inStretches<T>(values: Iterable<T>, step: (value: T) => void): Promise<void> {
  let until = performance.now() + STRETCH_MS;
  for (const value of values) {
    if (performance.now() > until) {
      await nextTurn();
      until = performance.now() + STRETCH_MS;
    }
    step(value);
  }
}
