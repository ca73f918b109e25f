import type { Store } from '../store/store.js';

/**
 * The store as pg-boss asks for it. Once `guarded`, nothing that fails there rejects, because pg-boss does not await everything
 * that it sends, and an unheard rejection ends the process; an answer of nothing makes it try again later.
 */
export class QueueDatabase {
  private readonly pending = new Set<Promise<unknown>>();
  private state: 'open' | 'guarded' | 'closed' = 'open';

  constructor(
    private readonly store: Pick<Store, 'execute'>,
    private readonly onError: (error: unknown) => void,
  ) {}

  // pg-boss declares values as any[]; unknown is what they are.
  executeSql(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }> {
    const answer = this.execute(text, values ?? []);
    this.pending.add(answer);
    const done = () => this.pending.delete(answer);
    answer.then(done, done);
    return answer;
  }

  guard(): void {
    this.state = 'guarded';
  }

  /** Waits for all that was sent, and sends nothing more. */
  async close(): Promise<void> {
    while (this.pending.size > 0) await Promise.allSettled(this.pending);
    this.state = 'closed';
  }

  private async execute(text: string, values: readonly unknown[]): Promise<{ rows: Record<string, unknown>[] }> {
    if (this.state === 'closed') return NOTHING;
    try {
      return await this.store.execute(text, values);
    } catch (error) {
      if (this.state === 'open') throw error;
      if (!isTaken(error)) this.onError(error);
      return NOTHING;
    }
  }
}

/** What pg-boss itself takes for no answer; its types do not say so. */
const NOTHING = undefined as unknown as { rows: Record<string, unknown>[] };

/** A run of the same job is active already: a unique index of the queue says so, and that is how it should be. */
function isTaken(error: unknown): boolean {
  return Object(error).code === '23505';
}
