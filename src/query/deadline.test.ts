import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HeadgateError } from '../base/errors/headgate-error.js';
import { Deadline } from './deadline.js';

const never = () => new AbortController().signal;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('Deadline', () => {
  it('aborts with TIMEOUT when its time is over, and says how long that was', () => {
    const deadline = new Deadline(never(), 1500);
    vi.advanceTimersByTime(1499);
    expect(deadline.signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(deadline.signal.reason).toMatchObject({ code: 'TIMEOUT' });
    expect(deadline.signal.reason.message).toBe('the statement took longer than its timeout of 1.5 s');
  });

  it('never times out without a timeout', () => {
    const deadline = new Deadline(never(), undefined);
    expect(vi.getTimerCount()).toBe(0);
    expect(deadline.signal.aborted).toBe(false);
  });

  it('keeps to a timeout of more than 24 days, which Node would let fire at once', () => {
    const deadline = new Deadline(never(), 30 * 24 * 60 * 60 * 1000);
    vi.advanceTimersByTime(60_000);
    expect(deadline.signal.aborted).toBe(false);
    deadline.end();
  });

  it('aborts with CANCELLED when the caller does, whatever the reason, and at once when that was before', () => {
    const caller = new AbortController();
    const deadline = new Deadline(caller.signal, undefined);
    caller.abort('the user left');
    expect(deadline.signal.reason).toMatchObject({ code: 'CANCELLED', cause: 'the user left' });
    expect(new Deadline(AbortSignal.abort(), 1000).signal.reason).toMatchObject({ code: 'CANCELLED' });
  });

  it('keeps a reason that is an error of ours', () => {
    const reason = new HeadgateError('TIMEOUT', 'the request took too long');
    expect(new Deadline(AbortSignal.abort(reason), undefined).signal.reason).toBe(reason);
  });

  it('explains any error by its reason once it is aborted, and not before', () => {
    const caller = new AbortController();
    const deadline = new Deadline(caller.signal, 1000);
    const error = new Error('socket hang up');
    expect(deadline.explain(error)).toBe(error);
    caller.abort();
    expect(deadline.explain(error)).toMatchObject({ code: 'CANCELLED' });
  });

  it('lets go of the clock and the caller when it ends, and cancels what still waits', () => {
    const caller = new AbortController();
    const deadline = new Deadline(caller.signal, 1000);
    expect(getEventListeners(caller.signal, 'abort')).toHaveLength(1);
    deadline.end();
    deadline.end();
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0);
    expect(deadline.signal.reason).toMatchObject({ code: 'CANCELLED', message: 'the statement was closed' });
  });

  it('keeps its first reason', () => {
    const caller = new AbortController();
    const deadline = new Deadline(caller.signal, 1000);
    vi.advanceTimersByTime(1000);
    caller.abort();
    deadline.end();
    expect(deadline.signal.reason).toMatchObject({ code: 'TIMEOUT' });
  });
});
