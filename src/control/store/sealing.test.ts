import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSealer } from './seal.js';
import { newSealingKey, readSealingKeys } from './sealing-keys.js';

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'headgate-sealing-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

function caught(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

describe('a sealer', () => {
  const key = newSealingKey();
  const sealer = createSealer([key]);

  it('opens what it sealed, and never seals the same text to the same', () => {
    const sealed = sealer.seal('sécret', 'a:1');
    expect(sealer.open(sealed, 'a:1')).toBe('sécret');
    expect(sealed).toContain(sealer.keyId);
    expect(sealed).not.toContain('cret');
    expect(sealer.seal('sécret', 'a:1')).not.toBe(sealed);
    expect(sealer.open(sealer.seal('', 'a:1'), 'a:1')).toBe('');
  });

  it('refuses a text that was moved, changed or cut', () => {
    const sealed = sealer.seal('secret', 'a:1');
    const changed = `${sealed.slice(0, -3)}${sealed.at(-3) === 'A' ? 'B' : 'A'}${sealed.slice(-2)}`;
    for (const [text, place] of [
      [sealed, 'a:2'],
      [changed, 'a:1'],
      [sealed.slice(0, -8), 'a:1'],
      [sealed.slice(0, sealed.lastIndexOf('.') + 1), 'a:1'],
      ['', 'a:1'],
    ] as const) {
      expect(caught(() => sealer.open(text, place))).toMatchObject({ code: 'SEALING_KEY_WRONG' });
    }
  });

  it('says which key is missing without showing any', () => {
    const other = createSealer([newSealingKey()]);
    const error = caught(() => other.open(sealer.seal('secret', 'a:1'), 'a:1'));
    expect(error).toMatchObject({ code: 'SEALING_KEY_WRONG', detail: expect.stringContaining(sealer.keyId) });
    expect(JSON.stringify(error)).not.toContain(key.toString('base64'));
  });

  it('opens with older keys and seals with the first', () => {
    const old = sealer.seal('secret', 'a:1');
    const both = createSealer([newSealingKey(), key]);
    expect(both.open(old, 'a:1')).toBe('secret');
    expect(both.isOutdated(old)).toBe(true);
    const anew = both.seal('secret', 'a:1');
    expect(both.isOutdated(anew)).toBe(false);
    expect(caught(() => sealer.open(anew, 'a:1'))).toMatchObject({ code: 'SEALING_KEY_WRONG' });
  });
});

describe('the keys of a gateway', () => {
  it('come from the environment, in base64 or hexadecimal, several with commas', async () => {
    const [a, b] = [newSealingKey(), newSealingKey()];
    const keys = await readSealingKeys({ key: `${a.toString('base64')}, ${b.toString('hex')}`, directory: '/nowhere' });
    expect(keys).toEqual([a, b]);
  });

  it.each(['', 'short', 'x'.repeat(44), `${newSealingKey().toString('base64')},`.slice(4), 'ä'.repeat(43)])(
    'are refused when they are malformed, without being shown: %j',
    async (key) => {
      const error = await readSealingKeys({ key, directory: '/nowhere' }).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: 'SEALING_KEY_WRONG', hint: expect.stringMatching(/openssl/) });
      if (key !== '') expect(JSON.stringify(Object.values(Object(error)))).not.toContain(key);
    },
  );

  it('are made once in a file that only its owner may read, also when several ask at once', async () => {
    const directory = await temporaryDirectory();
    const all = await Promise.all(Array.from({ length: 10 }, () => readSealingKeys({ directory })));
    const [first] = all;
    expect(all).toEqual(all.map(() => first));
    expect((await stat(path.join(directory, 'sealing.key'))).mode & 0o777).toBe(0o600);
    expect(await readFile(path.join(directory, 'sealing.key'), 'utf8')).toBe(`${first?.[0].toString('base64')}\n`);
  });

  it('are refused when the file was damaged, and not replaced', async () => {
    const directory = await temporaryDirectory();
    await writeFile(path.join(directory, 'sealing.key'), 'rubbish');
    await expect(readSealingKeys({ directory })).rejects.toMatchObject({
      code: 'SEALING_KEY_WRONG',
      message: expect.stringMatching(/sealing.key/),
    });
    expect(await readFile(path.join(directory, 'sealing.key'), 'utf8')).toBe('rubbish');
  });

  it('cannot be made where there is no directory', async () => {
    const directory = path.join(await temporaryDirectory(), 'missing');
    await expect(readSealingKeys({ directory })).rejects.toMatchObject({ code: 'FILE_ERROR' });
  });
});
