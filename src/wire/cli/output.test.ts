import { mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openOutput, writeText } from './output.js';
import type { Terminal } from './terminal.js';

let terminal: Terminal;
beforeEach(async () => {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const cwd = await mkdtemp(join(tmpdir(), 'headgate-output-'));
  terminal = { stdin, stdout, stderr, env: {}, cwd, onInterrupt: () => () => {}, exitNow: () => {} };
});
afterEach(() => rm(terminal.cwd, { recursive: true }));

test('a file appears under its name only when it is finished', async () => {
  const output = await openOutput('rows.csv', terminal);
  await writeText(output.stream, 'a,b\n');
  expect(await readdir(terminal.cwd)).not.toContain('rows.csv');
  await output.finish();
  await output.discard();
  expect(await readdir(terminal.cwd)).toEqual(['rows.csv']);
  expect(await readFile(join(terminal.cwd, 'rows.csv'), 'utf8')).toBe('a,b\n');
});

test('what is discarded leaves the file that was there, and nothing else', async () => {
  await writeFile(join(terminal.cwd, 'rows.csv'), 'old');
  const output = await openOutput('rows.csv', terminal);
  await writeText(output.stream, 'half');
  await output.discard();
  expect(await readdir(terminal.cwd)).toEqual(['rows.csv']);
  expect(await readFile(join(terminal.cwd, 'rows.csv'), 'utf8')).toBe('old');
});

test('a link stays a link: the file behind it is replaced', async () => {
  await writeFile(join(terminal.cwd, 'real.csv'), 'old');
  await symlink('real.csv', join(terminal.cwd, 'link.csv'));
  const output = await openOutput('link.csv', terminal);
  await writeText(output.stream, 'new');
  await output.finish();
  expect(await readlink(join(terminal.cwd, 'link.csv'))).toBe('real.csv');
  expect(await readFile(join(terminal.cwd, 'real.csv'), 'utf8')).toBe('new');
});

test('a device is written in place', async () => {
  const output = await openOutput('/dev/null', terminal);
  await writeText(output.stream, 'new');
  await output.finish();
  await output.discard();
  expect(await readdir('/dev')).toContain('null');
});

test('a folder, or a file in no folder, is refused before anything runs', async () => {
  await expect(openOutput('.', terminal)).rejects.toMatchObject({ code: 'FILE_ERROR' });
  await expect(openOutput('gone/rows.csv', terminal)).rejects.toMatchObject({ code: 'FILE_ERROR' });
});

test('a text for a reader that has left is no error, a full disk is one', async () => {
  const failing = (code: string) => {
    const error = Object.assign(new Error(code), { code });
    return new Writable({ write: (_chunk, _encoding, done) => done(error) }).on('error', () => {});
  };
  await writeText(failing('EPIPE'), 'x');
  await expect(writeText(failing('ENOSPC'), 'x')).rejects.toMatchObject({ code: 'FILE_ERROR' });
});
