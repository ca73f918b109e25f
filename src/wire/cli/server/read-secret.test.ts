import { PassThrough, Readable, Writable } from 'node:stream';
import { expect, it } from 'vitest';
import type { CommandContext } from '../command-context.js';
import { readSecret, readSecrets } from './read-secret.js';

/** A context with nothing but a terminal; what is read of it is all that is needed. */
function contextOf(stdin: Readable, signal = new AbortController().signal) {
  let shown = '';
  const stderr = new Writable({
    write(chunk, _encoding, done) {
      shown += chunk;
      done();
    },
  });
  const context = { terminal: { stdin, stderr }, signal } as unknown as CommandContext; // the rest is not used here
  return { context, shown: () => shown };
}

it('lines of a pipe are taken as they are, as many as are asked for, and nothing is shown', async () => {
  const { context, shown } = contextOf(Readable.from([' to', 'ken \r\npass', 'word\nmore\n']));
  expect(await readSecrets(['Token: ', 'Password: '], context)).toEqual([' token ', 'password']);
  expect(shown()).toBe('');
  expect(await readSecret('Secret: ', contextOf(Readable.from(['without an end'])).context)).toBe('without an end');
});

it('too few lines are an error that says what to do', async () => {
  const usage = { code: 'USAGE', hint: expect.stringContaining('Pipe') };
  await expect(readSecret('Secret: ', contextOf(Readable.from([])).context)).rejects.toMatchObject(usage);
  const one = contextOf(Readable.from(['token\n']));
  await expect(readSecrets(['Token: ', 'Password: '], one.context)).rejects.toMatchObject(usage);
});

it('on a terminal it is asked for and not shown; Ctrl-C ends it', async () => {
  const keyboard = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  const { context, shown } = contextOf(keyboard);
  const asked = readSecrets(['Token: ', 'Password: '], context);
  keyboard.write('token\rpassword\r');
  expect(await asked).toEqual(['token', 'password']);
  expect(shown()).toBe('Token: \nPassword: \n');

  const second = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  const cancelled = readSecret('Secret: ', contextOf(second).context);
  second.write('half\u0003');
  await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });

  const stop = new AbortController();
  const third = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  const stopped = readSecret('Secret: ', contextOf(third, stop.signal).context);
  stop.abort();
  await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
});
