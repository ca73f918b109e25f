import { appendFile, mkdir, mkdtemp, readFile, rename, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { packageOf, readSourceFiles } from '../../../test/source-files.js';
import type { OpenTrail } from './audit-event.js';
import { readLine } from './audit-record.js';
import { openFileTrail } from './open-file-trail.js';
import { anyEvent } from './testing/any-event.js';
import { makeEvent, makeEvents } from './testing/make-audit.js';
import { verifyFileTrail } from './verify-file-trail.js';

async function newFile(): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'headgate-trail-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return path.join(directory, 'state', 'audit.jsonl');
}

function open(file: string): OpenTrail {
  return openFileTrail({ file, literals: 'redact' });
}

async function newTrail(count: number): Promise<string> {
  const file = await newFile();
  await recordIn(file, count);
  return file;
}

async function recordIn(file: string, count: number): Promise<void> {
  const trail = open(file);
  await Promise.all(makeEvents(count).map((event) => trail.record(event)));
  await trail.close();
}

describe('an audit file', () => {
  it('has one line for each event, in one chain, and is for its owner only', async () => {
    const file = await newFile();
    const trail = open(file);
    await Promise.all(makeEvents(20).map((event) => trail.record(event)));
    await trail.record(makeEvent({ requestId: 'last' }));
    expect(await verifyFileTrail(file)).toMatchObject({ ok: true, count: 21, torn: [], last: { sequence: 21 } });
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).requestId)).toEqual([
      ...makeEvents(20).map(({ requestId }) => requestId),
      'last',
    ]);
    expect(lines.join()).not.toContain('c-17');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(path.dirname(file))).mode & 0o777).toBe(0o700);
  });

  it('has one chain when several write it at once, also by another name', async () => {
    const file = await newTrail(1);
    const alias = path.join(path.dirname(file), 'alias.jsonl');
    await symlink(file, alias);
    const trails = [file, file, alias, alias].map(open);
    await Promise.all(trails.flatMap((trail) => makeEvents(60).map((event) => trail.record(event))));
    expect(await verifyFileTrail(file)).toMatchObject({ ok: true, count: 241, torn: [] });
  });

  it('takes any event at all', async () => {
    const property = fc.asyncProperty(fc.array(anyEvent, { minLength: 1, maxLength: 8 }), async (events) => {
      const file = await newFile();
      const trail = open(file);
      await Promise.all(events.map((event) => trail.record(event)));
      expect(await verifyFileTrail(file)).toMatchObject({ ok: true, count: events.length, torn: [] });
    });
    await fc.assert(property, { numRuns: 60 });
  });

  it('begins anew where it was moved away', async () => {
    const file = await newFile();
    const trail = open(file);
    await trail.record(makeEvent());
    await rename(file, `${file}.1`);
    await trail.record(makeEvent());
    expect(await verifyFileTrail(file)).toMatchObject({ ok: true, count: 1 });
    expect(await verifyFileTrail(`${file}.1`)).toMatchObject({ ok: true, count: 1 });
  });

  it('is not written where that is not possible, and says so', async () => {
    const file = await newFile();
    await mkdir(file, { recursive: true });
    await expect(open(file).record(makeEvent())).rejects.toMatchObject({ code: 'FILE_ERROR' });
    await expect(verifyFileTrail(path.join(file, 'missing'))).rejects.toMatchObject({ code: 'FILE_ERROR' });
  });

  it('is opened without the libraries of the store', () => {
    const files = new Map(readSourceFiles().map((source) => [source.path, source]));
    const packages = new Set<string>();
    const seen = new Set<string>();
    const visit = (name: string): void => {
      if (seen.has(name)) return;
      seen.add(name);
      for (const { file, specifier, typeOnly } of files.get(name)?.imports ?? []) {
        if (typeOnly) continue;
        if (file === undefined) packages.add(packageOf(specifier));
        else visit(file);
      }
    };
    visit('control/audit/open-file-trail.ts');
    visit('control/audit/verify-file-trail.ts');
    expect(seen.size).toBeGreaterThan(5);
    expect([...packages].filter((name) => !name.startsWith('node:'))).toEqual([]);
  });
});

describe('an audit file whose last line is torn', () => {
  it('goes on after the last whole record, wherever it was torn, and keeps the fragment', async () => {
    const whole = await readFile(await newTrail(3), 'utf8');
    const start = whole.indexOf('\n', whole.indexOf('\n') + 1) + 1;
    for (let size = start; size <= whole.length; size += 7) {
      const file = await newFile();
      await mkdir(path.dirname(file));
      await writeFile(file, whole.slice(0, size));
      await recordIn(file, 2);
      const isTorn = size > start && size < whole.length - 1;
      const report = await verifyFileTrail(file);
      expect(report, `cut at ${size}`).toMatchObject({ ok: true, torn: isTorn ? [3] : [] });
      expect(await readFile(file, 'utf8')).toContain(whole.slice(0, size));
      expect(report.count).toBe(size >= whole.length - 1 ? 5 : 4);
    }
  });

  it('goes on after a long fragment, and after one alone', async () => {
    const file = await newTrail(2);
    await appendFile(file, `{"sequence":3,${'x'.repeat(300_000)}`);
    await recordIn(file, 1);
    expect(await verifyFileTrail(file)).toMatchObject({ ok: true, count: 3, torn: [3] });
    const alone = await newFile();
    await mkdir(path.dirname(alone));
    await writeFile(alone, '{"sequ');
    await recordIn(alone, 1);
    expect(await verifyFileTrail(alone)).toMatchObject({ ok: true, count: 1, torn: [1] });
  });
});

describe('verifying an audit file', () => {
  const COUNT = 12;

  async function problems(
    edit: (lines: string[]) => readonly string[],
  ): Promise<readonly (readonly [string, number])[]> {
    const file = await newTrail(COUNT);
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    await writeFile(
      file,
      edit(lines)
        .map((line) => `${line}\n`)
        .join(''),
    );
    const report = await verifyFileTrail(file);
    expect(report.ok).toBe(report.problems.length === 0);
    return report.problems.map(({ kind, sequence }) => [kind, sequence] as const);
  }

  it('finds changed, missing, added and reordered records', async () => {
    expect(await problems((lines) => lines)).toEqual([]);
    expect(await problems((lines) => lines.with(6, (lines[6] ?? '').replace('agent', 'somebody')))).toEqual([
      ['changed', 7],
    ]);
    expect(await problems((lines) => lines.with(6, (lines[6] ?? '').replace('{', '')))).toEqual([
      ['changed', 7],
      ['missing', 7],
    ]);
    expect(await problems((lines) => lines.toSpliced(6, 1))).toEqual([['missing', 7]]);
    expect(await problems((lines) => lines.slice(2))).toEqual([['missing', 1]]);
    expect(await problems((lines) => lines.toSpliced(6, 0, lines[3] ?? ''))).toEqual([
      ['added', 4],
      ['missing', 5],
    ]);
    expect(await problems((lines) => lines.with(6, lines[7] ?? '').with(7, lines[6] ?? ''))).toEqual([
      ['missing', 7],
      ['added', 7],
      ['missing', 8],
    ]);
  });

  it('finds whatever byte is changed at random, or shows the line as torn', async () => {
    const file = await newTrail(COUNT);
    const bytes = await readFile(file);
    const property = fc.asyncProperty(fc.nat(bytes.length - 2), fc.integer({ min: 1, max: 127 }), async (at, by) => {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ by;
      await writeFile(file, changed);
      const { ok, torn } = await verifyFileTrail(file);
      expect(ok && torn.length === 0).toBe(false);
    });
    await fc.assert(property, { numRuns: 300 });
  });

  it('says what the last record is, so that a file that was cut can be told from what it was', async () => {
    const file = await newTrail(COUNT);
    const before = await verifyFileTrail(file);
    const text = await readFile(file, 'utf8');
    await truncate(file, text.lastIndexOf('\n', text.length - 2) + 1);
    expect(before.head?.hash).toBe(lastHash(text));
    expect((await verifyFileTrail(file)).head).toMatchObject({ sequence: COUNT - 1 });
  });

  it('stops when it is cancelled', async () => {
    const stop = new AbortController();
    stop.abort();
    const file = await newTrail(1);
    await expect(verifyFileTrail(file, { signal: stop.signal })).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

function lastHash(text: string): string | undefined {
  const reading = readLine(text.trimEnd().split('\n').at(-1) ?? '');
  return reading.kind === 'record' ? reading.record.hash : undefined;
}
