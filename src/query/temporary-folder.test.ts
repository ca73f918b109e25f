import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeTemporaryFolder } from './temporary-folder.js';

let parent: string;

beforeEach(async () => {
  parent = join(await mkdtemp(join(tmpdir(), 'headgate-folders-')), 'tmp');
});

afterEach(() => rm(join(parent, '..'), { recursive: true, force: true }));

/** The name that a process with this number would have given its folder. */
async function folderOf(pid: number): Promise<string> {
  const made = basename(await makeTemporaryFolder(parent));
  const name = made.replace(`~${process.pid}-`, `~${pid}-`).replace(/.$/, 'x');
  await mkdir(join(parent, name));
  await writeFile(join(parent, name, 'spilled'), 'rows');
  return name;
}

it('removes the folder of a process that is gone, with all that is in it', async () => {
  const gone = await folderOf(spawnSync(process.execPath, ['-e', '']).pid);
  await makeTemporaryFolder(parent);
  expect(await readdir(parent)).not.toContain(gone);
});

it('removes the folder of an earlier process with the same number, as there are in containers', async () => {
  const earlier = await folderOf(process.pid);
  await makeTemporaryFolder(parent);
  expect(await readdir(parent)).not.toContain(earlier);
});

it('leaves alone what others use: its own folders, those of running processes, of other machines, and anything else', async () => {
  const mine = basename(await makeTemporaryFolder(parent));
  const running = await folderOf(process.ppid);
  const elsewhere = running.replace(/^.*~/, 'another-machine~').replace(/~\d+-/, '~999999-');
  await mkdir(join(parent, elsewhere));
  await mkdir(join(parent, 'notes'));
  await makeTemporaryFolder(parent);
  expect(await readdir(parent)).toEqual(expect.arrayContaining([mine, running, elsewhere, 'notes']));
});
