import { mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { LoginFile } from './login-file.js';

const LOGIN = { accessToken: 'a', refreshToken: 'r', expiresAt: 5 };
const NEVER = new AbortController().signal;

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'headgate-logins-'));
  onTestFinished(() => rm(home, { recursive: true }));
});

it('log-ins are kept by gateway in a file of their owner alone, and forgotten one by one', async () => {
  const logins = new LoginFile(join(home, 'state'));
  expect(await logins.read('http://a')).toBeUndefined();
  await logins.write('http://a', LOGIN);
  await logins.write('http://b', { ...LOGIN, accessToken: 'b' });
  expect((await stat(join(home, 'state', 'logins.json'))).mode & 0o777).toBe(0o600);
  await logins.write('http://a', undefined);
  expect([await logins.read('http://a'), (await logins.read('http://b'))?.accessToken]).toEqual([undefined, 'b']);
});

it('a file that is damaged or of another form is as none', async () => {
  for (const text of ['', '{', '[]', '{"http://a": {"accessToken": 1}}']) {
    await writeFile(join(home, 'logins.json'), text);
    expect(await new LoginFile(home).read('http://a')).toBeUndefined();
  }
});

it('a file that cannot be written is an error that names it', async () => {
  await writeFile(join(home, 'file'), '');
  const logins = new LoginFile(join(home, 'file'));
  await expect(logins.write('http://a', LOGIN)).rejects.toMatchObject({
    code: 'FILE_ERROR',
    hint: expect.stringContaining('HEADGATE_HOME'),
  });
});

it('one works at a time, of several processes too, and a lock that a killed one left is taken', async () => {
  const files = [new LoginFile(home), new LoginFile(home)];
  let inside = 0;
  const most: number[] = [];
  const work = async () => {
    most.push(++inside);
    await readFile('/dev/null');
    inside--;
  };
  await Promise.all(Array.from({ length: 6 }, (_, i) => files[i % 2]?.alone(work, NEVER)));
  expect(most).toEqual([1, 1, 1, 1, 1, 1]);

  const lock = join(home, 'logins.json.lock');
  await writeFile(lock, '');
  const stop = new AbortController();
  const waiting = new LoginFile(home).alone(work, stop.signal);
  stop.abort();
  await expect(waiting).rejects.toThrow();
  const longAgo = Date.now() / 1000 - 120;
  await utimes(lock, longAgo, longAgo);
  expect(await new LoginFile(home).alone(async () => 'done', NEVER)).toBe('done');
  await expect(stat(lock)).rejects.toMatchObject({ code: 'ENOENT' });
});

it('the lock is given back when the work fails', async () => {
  const logins = new LoginFile(home);
  await expect(logins.alone(() => Promise.reject(new Error('no luck')), NEVER)).rejects.toThrow('no luck');
  expect(await logins.alone(async () => 'done', NEVER)).toBe('done');
});
