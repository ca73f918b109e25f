import { readingOrder } from '../plan/lookup.js';
import type { AccessPath } from '../plan/paths/access-path.js';
import type { PlannedReference, PlanOptions } from '../plan/plan-reference.js';
import { lookUp } from './look-up.js';
import { type ReadContext, type ReadReference, readReference } from './read-reference.js';

/**
 * Reads the references of a statement, side by side. One that could be looked up by the keys of cheaper ones waits for
 * these, and how it is read is decided then. Returned in the order of `references`. The first failure ends the others;
 * when this ends, however it does, nothing reads any more.
 */
export async function readReferences(
  references: readonly PlannedReference[],
  options: PlanOptions,
  context: ReadContext,
): Promise<readonly ReadReference[]> {
  const failure = new AbortController();
  const running = { ...context, signal: AbortSignal.any([context.signal, failure.signal]) };
  const readings = new Map<number, Promise<ReadReference>>();
  for (const planned of readingOrder(references)) {
    const sources = planned.needed.lookups.flatMap((lookup) => {
      const reading = readings.get(lookup.from);
      return reading === undefined ? [] : [{ lookup, reading }];
    });
    const read = async () => {
      const known = await Promise.all(sources.map(async ({ lookup, reading }) => ({ lookup, read: await reading })));
      running.signal.throwIfAborted();
      return readOne(planned, await lookUp(planned, known, { options, context: running }), running);
    };
    const reading = read();
    readings.set(planned.reference.slot, reading);
    reading.catch((error) => failure.abort(error));
  }
  const ended = await Promise.allSettled(references.map(({ reference }) => readings.get(reference.slot)));
  context.signal.throwIfAborted();
  // The reason is that of the reference that failed first.
  if (failure.signal.aborted) throw failure.signal.reason;
  return ended.flatMap((each) => (each.status === 'fulfilled' && each.value !== undefined ? [each.value] : []));
}

/** A path that may lack rows is followed by the one that has all of them, when it did not have enough. */
async function readOne(
  planned: PlannedReference,
  paths: Iterable<AccessPath>,
  context: ReadContext,
): Promise<ReadReference> {
  const { otherwise } = planned;
  const { goal } = planned.needed;
  const read = await readReference(planned, paths, context);
  if (otherwise === undefined || goal?.kind !== 'rows' || read.items >= goal.rows) return read;
  return readReference(otherwise, [otherwise.path], { ...context, isSecond: true });
}
