import { expect, it } from 'vitest';
import { HeadgateError } from '../base/errors/headgate-error.js';
import { SharedWork } from './shared-work.js';

/** Work that ends when it is told to, and knows how often it began. */
function slowWork() {
  let resolve: (result: string) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<string>((onResult, onError) => {
    resolve = onResult;
    reject = onError;
  });
  const signals: AbortSignal[] = [];
  const work = (signal: AbortSignal): Promise<string> => {
    signals.push(signal);
    return promise;
  };
  return { work, resolve, reject, signals };
}

const forever = new AbortController().signal;

it('runs once for callers that come while it runs, and again afterwards', async () => {
  const shared = new SharedWork<string>();
  const { work, resolve, signals } = slowWork();
  const both = [shared.run('k', forever, work), shared.run('k', forever, work)];
  resolve('done');
  expect(await Promise.all(both)).toEqual(['done', 'done']);
  expect(signals).toHaveLength(1);
  await shared.run('k', forever, work);
  expect(signals).toHaveLength(2);
});

it('runs apart for different keys', async () => {
  const shared = new SharedWork<string>();
  const { work, resolve, signals } = slowWork();
  const both = [shared.run('a', forever, work), shared.run('b', forever, work)];
  resolve('done');
  await Promise.all(both);
  expect(signals).toHaveLength(2);
});

it('gives its failure to all who wait, and starts anew for the next', async () => {
  const shared = new SharedWork<string>();
  const { work, reject } = slowWork();
  const both = [shared.run('k', forever, work), shared.run('k', forever, work)];
  reject(new Error('broken'));
  for (const result of await Promise.allSettled(both)) expect(result).toMatchObject({ reason: { message: 'broken' } });
  await expect(shared.run('k', forever, async () => 'fine')).resolves.toBe('fine');
});

it('goes on for the others when one caller leaves', async () => {
  const shared = new SharedWork<string>();
  const { work, resolve, signals } = slowWork();
  const leaver = new AbortController();
  const left = shared.run('k', leaver.signal, work);
  const stayed = shared.run('k', forever, work);
  leaver.abort(new HeadgateError('TIMEOUT', 'Too slow.'));
  await expect(left).rejects.toMatchObject({ code: 'TIMEOUT' });
  expect(signals[0]?.aborted).toBe(false);
  resolve('done');
  expect(await stayed).toBe('done');
});

it('stops when the last caller leaves, and whoever comes then starts anew', async () => {
  const shared = new SharedWork<string>();
  const { work, signals } = slowWork();
  const leaver = new AbortController();
  const left = shared.run('k', leaver.signal, work);
  leaver.abort();
  await expect(left).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(signals[0]?.aborted).toBe(true);
  await expect(shared.run('k', forever, async () => 'fine')).resolves.toBe('fine');
});

it('does not begin for a caller that has left already', async () => {
  const { work, signals } = slowWork();
  await expect(new SharedWork<string>().run('k', AbortSignal.abort(), work)).rejects.toMatchObject({
    code: 'CANCELLED',
  });
  expect(signals).toHaveLength(0);
});
