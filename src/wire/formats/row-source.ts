import type { RowBatch } from '../../query/result.js';
import type { Outlet } from './outlet.js';

/** The batches of one statement on their way to one outlet: counted, and ended at `maxRows` or when the outlet ends. */
export class RowSource {
  /** Rows handed out so far. */
  rows = 0;
  /** Whether there was at least one row more than `maxRows`. */
  hasMore = false;
  readonly #iterator: AsyncIterator<RowBatch>;
  readonly #outlet: Outlet;
  readonly #maxRows: number;
  #isPulling = false;

  constructor(batches: AsyncIterable<RowBatch>, outlet: Outlet, maxRows = Number.POSITIVE_INFINITY) {
    this.#iterator = batches[Symbol.asyncIterator]();
    this.#outlet = outlet;
    this.#maxRows = maxRows;
  }

  /** Yields the batches that have rows, the last one cut at `maxRows`. */
  async *batches(): AsyncGenerator<RowBatch> {
    for (;;) {
      const step = await this.#pull();
      if (step.done) return;
      const room = this.#maxRows - this.rows;
      this.hasMore = step.value.length > room;
      const batch = this.hasMore ? step.value.slice(0, room) : step.value;
      this.rows += batch.length;
      if (batch.length > 0) yield batch;
      if (this.hasMore) return;
    }
  }

  /**
   * Ends the iteration, whether or not it has begun. When the outlet ended while a batch was being made, the iteration
   * ends once that batch is there; nobody waits for it, because only its owner knows how to hurry it.
   */
  async end(): Promise<void> {
    const ended = this.#iterator.return?.();
    if (ended === undefined) return;
    if (this.#isPulling) ended.catch(() => undefined);
    else await ended;
  }

  async #pull(): Promise<IteratorResult<RowBatch>> {
    this.#isPulling = true;
    const pulled = this.#iterator.next().finally(() => {
      this.#isPulling = false;
    });
    return await this.#outlet.whileOpen(pulled);
  }
}
