import { afterEach, describe, expect, it, vi } from 'vitest';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import { GroupCommit } from './group-commit.js';

/** A commit that is ended by the test; what it was given. */
function heldCommit() {
  const batches: (readonly number[])[] = [];
  const ends: { readonly resolve: () => void; readonly reject: (error: unknown) => void }[] = [];
  const commit = (batch: readonly number[]): Promise<void> => {
    batches.push(batch);
    return new Promise((resolve, reject) => ends.push({ resolve, reject }));
  };
  return { batches, commit, end: () => ends.shift() ?? { resolve() {}, reject() {} } };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const settled = (promises: readonly Promise<void>[]) => Promise.allSettled(promises);
const away = new HeadgateError('STORE_UNAVAILABLE', 'The store is away.');

describe('a group commit', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('commits together, in order, what came while the batch before was under way', async () => {
    const { batches, commit, end } = heldCommit();
    const group = new GroupCommit({ commit, maxBatch: 4 });
    const first = [1, 2].map((entry) => group.add(entry));
    await turn();
    const later = [3, 4, 5, 6, 7].map((entry) => group.add(entry));
    await turn();
    expect(batches).toEqual([[1, 2]]);
    end().resolve();
    await Promise.all(first);
    await turn();
    end().resolve();
    await turn();
    end().resolve();
    await Promise.all(later);
    expect(batches).toEqual([[1, 2], [3, 4, 5, 6], [7]]);
  });

  it('resolves nothing before its batch is committed', async () => {
    const { commit, end } = heldCommit();
    const group = new GroupCommit({ commit });
    let done = 0;
    const first = group.add(1).then(() => done++);
    await turn();
    const second = group.add(2).then(() => done++);
    await turn();
    expect(done).toBe(0);
    end().resolve();
    await first;
    await turn();
    expect(done).toBe(1);
    end().resolve();
    await second;
  });

  it('tells the batch, and nobody else, what the store refused', async () => {
    const { commit, end } = heldCommit();
    const group = new GroupCommit({ commit });
    const first = settled([group.add(1), group.add(2)]);
    await turn();
    const second = group.add(3);
    end().reject(new HeadgateError('STORE_FAILED', 'No.'));
    expect(await first).toMatchObject([{ reason: { code: 'STORE_FAILED' } }, { reason: { code: 'STORE_FAILED' } }]);
    await turn();
    end().resolve();
    await second;
  });

  it('tells all that wait when the store is away, and tries again for the next', async () => {
    const { batches, commit, end } = heldCommit();
    const group = new GroupCommit({ commit });
    const first = settled([group.add(1)]);
    await turn();
    const second = settled([group.add(2), group.add(3)]);
    end().reject(away);
    expect(await first).toMatchObject([{ reason: away }]);
    expect(await second).toMatchObject([{ reason: away }, { reason: away }]);
    const third = group.add(4);
    await turn();
    end().resolve();
    await third;
    expect(batches).toEqual([[1], [4]]);
  });

  it('refuses what is too much to wait', async () => {
    const { commit, end } = heldCommit();
    const group = new GroupCommit({ commit, maxWaiting: 2 });
    const first = group.add(1);
    await turn();
    const waiting = [group.add(2), group.add(3)];
    await expect(group.add(4)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', message: /^2 audit records wait/ });
    end().resolve();
    await first;
    await turn();
    end().resolve();
    await Promise.all(waiting);
  });

  it('does not let anybody wait for a store that does not answer, and goes on when it does', async () => {
    vi.useFakeTimers();
    const { commit, end } = heldCommit();
    const group = new GroupCommit({ commit, patienceMs: 1000 });
    const all = settled([group.add(1)]);
    await vi.advanceTimersByTimeAsync(500);
    const others = settled([group.add(2)]);
    await vi.advanceTimersByTimeAsync(500);
    const silence = { reason: { code: 'STORE_UNAVAILABLE', message: /does not answer/ } };
    expect([...(await all), ...(await others)]).toMatchObject([silence, silence]);
    await expect(group.add(3)).rejects.toMatchObject(silence.reason);
    end().resolve();
    await vi.advanceTimersByTimeAsync(0);
    const next = group.add(4);
    await vi.advanceTimersByTimeAsync(0);
    end().resolve();
    await next;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('closes when all is committed, and also when the store does not answer', async () => {
    vi.useFakeTimers();
    const { commit, end } = heldCommit();
    const group = new GroupCommit({ commit, patienceMs: 1000 });
    const added = group.add(1);
    await vi.advanceTimersByTimeAsync(0);
    let closed = false;
    const close = group.close().then(() => {
      closed = true;
    });
    await expect(group.add(2)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await vi.advanceTimersByTimeAsync(999);
    expect(closed).toBe(false);
    end().resolve();
    await Promise.all([added, close]);

    const silent = new GroupCommit({ commit, patienceMs: 1000 });
    const lost = settled([silent.add(1)]);
    const closing = silent.close();
    await vi.advanceTimersByTimeAsync(1000);
    await closing;
    expect(await lost).toMatchObject([{ status: 'rejected' }]);
  });
});
