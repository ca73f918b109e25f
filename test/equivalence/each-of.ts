/** Does the work for each value, so many at once, and waits for all; after the first error no other begins, and it is thrown. */
export async function eachOf<T>(values: Iterable<T>, atOnce: number, work: (value: T) => Promise<void>): Promise<void> {
  const waiting = values[Symbol.iterator]();
  let failed = false;
  const worker = async () => {
    for (let next = waiting.next(); !failed && next.done !== true; next = waiting.next()) {
      await work(next.value).catch((error: unknown) => {
        failed = true;
        throw error;
      });
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: atOnce }, worker));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}
