import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { HeadgateError } from '../../base/errors/headgate-error.js';

export type SealingKeys = readonly [Buffer, ...Buffer[]];

export interface KeySource {
  /** The value of HEADGATE_KEY: keys in base64 or hexadecimal, separated by commas, the one to seal with first. */
  readonly key?: string;
  /** The state directory of the gateway; without `key` its file `sealing.key` is used, and made when it is missing. */
  readonly directory: string;
}

/**
 * The keys of the gateway, the one to seal with first. Throws SEALING_KEY_WRONG when a key is not 32 bytes, and FILE_ERROR
 * when the file cannot be read or made.
 */
export async function readSealingKeys({ key, directory }: KeySource): Promise<SealingKeys> {
  if (key !== undefined) return parseKeys(key, 'HEADGATE_KEY');
  const file = keyFile(directory);
  try {
    const text = await readFile(file, 'utf8').catch(async (cause) => {
      if (Object(cause).code !== 'ENOENT') throw cause;
      await makeFile(file);
      return await readFile(file, 'utf8');
    });
    return parseKeys(text, file);
  } catch (cause) {
    throw cause instanceof HeadgateError ? cause : fileFailed(file, cause);
  }
}

/** A new random key. */
export function newSealingKey(): Buffer {
  return randomBytes(KEY_BYTES);
}

/** Replaces what the key file of the directory holds. Throws FILE_ERROR. */
export async function writeSealingKeys(directory: string, keys: SealingKeys): Promise<void> {
  const file = keyFile(directory);
  try {
    const draft = await writeDraft(file, keys);
    await rename(draft, file);
  } catch (cause) {
    throw fileFailed(file, cause);
  }
}

const KEY_BYTES = 32;

function keyFile(directory: string): string {
  return path.join(directory, 'sealing.key');
}

/** A link fails where the file exists, so of two processes that start at once one makes the key and both read it. */
async function makeFile(file: string): Promise<void> {
  const draft = await writeDraft(file, [newSealingKey()]);
  try {
    await link(draft, file);
  } catch (cause) {
    if (Object(cause).code !== 'EEXIST') throw cause;
  } finally {
    await rm(draft);
  }
}

async function writeDraft(file: string, keys: SealingKeys): Promise<string> {
  const draft = `${file}.${randomUUID()}`;
  const text = keys.map((key) => `${key.toString('base64')}\n`).join('');
  await writeFile(draft, text, { mode: 0o600, flag: 'wx', flush: true });
  // The umask can only take rights away; this says so on every platform.
  await chmod(draft, 0o600);
  return draft;
}

function parseKeys(text: string, source: string): SealingKeys {
  const [first, ...rest] = text
    .split(/[\s,]+/)
    .filter((part) => part !== '')
    .map((part) => parseKey(part, source));
  if (first === undefined) throw badKey(source);
  return [first, ...rest];
}

function parseKey(text: string, source: string): Buffer {
  const key = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64');
  if (key.length !== KEY_BYTES || !/^[\w+/=-]+$/.test(text)) throw badKey(source);
  return key;
}

/** The key itself is never shown. */
function badKey(source: string): HeadgateError {
  return new HeadgateError('SEALING_KEY_WRONG', `${source} holds no usable key for the secrets at rest.`, {
    detail: 'A key is 32 bytes, written in base64 or as 64 hexadecimal digits.',
    hint: 'Make one with: openssl rand -base64 32',
  });
}

function fileFailed(file: string, cause: unknown): HeadgateError {
  return new HeadgateError('FILE_ERROR', `The key file ${file} could not be read or written.`, {
    detail: cause instanceof Error ? cause.message : String(cause),
    hint: 'Check the rights on the directory, or set HEADGATE_KEY.',
    cause,
  });
}
