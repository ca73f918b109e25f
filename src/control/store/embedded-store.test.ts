import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openStore } from './open-store.js';

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'headgate-store-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

it('an embedded store belongs to one opener; when two come at once one is sent to the running gateway', async () => {
  const directory = await temporaryDirectory();
  // What a process leaves behind that was killed while it made the database.
  const draft = path.join(directory, 'store', 'database.new');
  await mkdir(draft, { recursive: true });
  await writeFile(path.join(draft, 'PG_VERSION'), 'half');

  const both = await Promise.allSettled([openStore({ directory }), openStore({ directory })]);
  const opened = both.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const refused = both.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  expect(refused).toEqual([expect.objectContaining({ code: 'STORE_IN_USE' })]);
  expect(refused[0].hint).toMatch(/HEADGATE_URL/);
  expect(opened).toHaveLength(1);

  await opened[0]?.close();
  const next = await openStore({ directory });
  await next.close();
  await expect(access(draft)).rejects.toMatchObject({ code: 'ENOENT' });
});

it('leaves the event loop to others between the statements of many', async () => {
  const store = await openStore({ directory: await temporaryDirectory() });
  onTestFinished(() => store.close());
  let ended = 0;
  const all = Array.from({ length: 50 }, async () => {
    await store.execute('select 1');
    ended += 1;
  });
  await new Promise(setImmediate);
  expect(ended).toBeLessThan(3);
  await Promise.all(all);
});

it('a directory that cannot be made is an error that names it', async () => {
  const file = path.join(await temporaryDirectory(), 'file');
  await writeFile(file, '');
  await expect(openStore({ directory: file })).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
    message: expect.stringMatching(/file/),
  });
});
