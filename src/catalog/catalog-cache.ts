import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { CacheEntry } from './cache-entry.js';
import type { SchemaTable } from './model.js';

/** Raised when the form of an entry changes; files of another version are ignored, and replaced in time. */
const VERSION = 1;

/** One file. The digest tells a file that we wrote from one that was cut short, edited or damaged. */
interface CacheFile {
  readonly version: number;
  /** Which table of which account, declared how, the entry is for. */
  readonly cacheKey: string;
  readonly digest: string;
  readonly entry: CacheEntry;
}

/** Described tables, in memory and as one JSON file each, `<directory>/<schema>/<table>.json`. */
export class CatalogCache {
  private readonly memory = new Map<string, { readonly cacheKey: string; readonly entry: CacheEntry }>();
  private lastWrite: Promise<void> = Promise.resolve();

  constructor(private readonly directory: string) {}

  /** The entry in memory; undefined where it has another cache key. */
  peek(name: SchemaTable, cacheKey: string): CacheEntry | undefined {
    const known = this.memory.get(keyOf(name));
    return known?.cacheKey === cacheKey ? known.entry : undefined;
  }

  /** The entry in memory or else on disk; undefined also where the file is damaged, or has another version or cache key. */
  async load(name: SchemaTable, cacheKey: string): Promise<CacheEntry | undefined> {
    const known = this.peek(name, cacheKey);
    if (known !== undefined) return known;
    const read = await readEntry(this.fileOf(name), fullKey(name, cacheKey));
    // Somebody else may have saved a newer one while the file was read.
    const newer = this.peek(name, cacheKey);
    if (newer !== undefined || read === undefined) return newer;
    this.memory.set(keyOf(name), { cacheKey, entry: read });
    return read;
  }

  /** Keeps the entry in memory at once, and resolves when its file is written. Throws what the file system throws. */
  async save(name: SchemaTable, cacheKey: string, entry: CacheEntry): Promise<void> {
    this.memory.set(keyOf(name), { cacheKey, entry });
    const text = JSON.stringify(fileFor(fullKey(name, cacheKey), entry));
    await this.inTurn(() => writeAtomically(this.fileOf(name), text));
  }

  /** Forgets the table, for example because it does not exist any more. */
  async delete(name: SchemaTable): Promise<void> {
    this.memory.delete(keyOf(name));
    await this.inTurn(() => rm(this.fileOf(name), { force: true }));
  }

  /** One write after the other, so that the file of a table ends as its last entry. */
  private async inTurn(write: () => Promise<void>): Promise<void> {
    const written = this.lastWrite.then(write);
    this.lastWrite = written.catch(() => undefined);
    await written;
  }

  private fileOf({ schema, table }: SchemaTable): string {
    return path.join(this.directory, fileName(schema), `${fileName(table)}.json`);
  }
}

async function readEntry(file: string, cacheKey: string): Promise<CacheEntry | undefined> {
  try {
    // Only trusted once version, key and digest are right: then the file is as `fileFor` made it.
    const read = JSON.parse(await readFile(file, 'utf8')) as CacheFile;
    const isOurs = read.version === VERSION && read.cacheKey === cacheKey && read.digest === digestOf(read.entry);
    return isOurs ? read.entry : undefined;
  } catch {
    // Missing, unreadable or not JSON: the table is described again, and the file replaced.
    return undefined;
  }
}

function fileFor(cacheKey: string, entry: CacheEntry): CacheFile {
  return { version: VERSION, cacheKey, digest: digestOf(entry), entry };
}

async function writeAtomically(file: string, text: string): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  await mkdir(path.dirname(file), { recursive: true });
  try {
    await writeFile(temporary, text);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/**
 * A name that is safe in every file system: short, and different for names that differ in case alone. Small plain names
 * stay as they are; the others get a digest.
 */
function fileName(name: string): string {
  if (/^[a-z0-9][a-z0-9_-]{0,99}$/.test(name)) return name;
  const readable = name.replaceAll(/[^A-Za-z0-9_-]/g, '_').slice(0, 80);
  return `${readable}~${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
}

function keyOf({ schema, table }: SchemaTable): string {
  return JSON.stringify([schema, table]);
}

function fullKey({ schema, table }: SchemaTable, cacheKey: string): string {
  return JSON.stringify([schema, table, cacheKey]);
}

function digestOf(entry: CacheEntry): string {
  return createHash('sha256').update(JSON.stringify(entry)).digest('hex');
}
