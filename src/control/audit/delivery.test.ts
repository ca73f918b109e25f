import { mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { auditContent } from './audit-content.js';
import { type AuditRecord, chainRecord, NO_RECORD, recordLine } from './audit-record.js';
import { Delivery, type DeliveryOptions } from './delivery.js';
import { fileSink } from './file-sink.js';
import type { AuditSink, SinkReport } from './sink.js';
import { streamSink } from './stream-sink.js';
import { makeEvents } from './testing/make-audit.js';

function makeRecords(count: number): readonly AuditRecord[] {
  const records: AuditRecord[] = [];
  for (const event of makeEvents(count)) {
    records.push(chainRecord(auditContent(event, 'redact'), records.at(-1) ?? NO_RECORD));
  }
  return records;
}

const linesOf = (records: readonly AuditRecord[]): string => records.map(recordLine).join('');

/** A sink that works or fails as the test likes, and a delivery to it whose pauses the test ends. */
function setUp(parts: Partial<DeliveryOptions> = {}) {
  const state = { failing: false, text: '', closed: false, reread: [] as number[] };
  const reports: SinkReport[] = [];
  const pauses: { readonly pauseMs: number; readonly end: () => void }[] = [];
  const sink: AuditSink = {
    name: 'test',
    async write(lines) {
      if (state.failing) throw new Error('disk full');
      state.text += lines;
    },
    async close() {
      state.closed = true;
    },
  };
  const records = makeRecords(1200);
  const delivery = new Delivery({
    sink,
    async reread(sequences) {
      state.reread.push(...sequences);
      return sequences.flatMap((sequence) => records[sequence - 1] ?? []);
    },
    onReport: (report) => reports.push(report),
    pause: (pauseMs, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) resolve();
        signal.addEventListener('abort', () => resolve());
        pauses.push({ pauseMs, end: resolve });
      }),
    ...parts,
  });
  return { state, reports, pauses, records, delivery };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a delivery', () => {
  it('sends everything in order before it closes', async () => {
    const { state, reports, records, delivery } = setUp();
    delivery.send(records.slice(0, 700));
    delivery.send(records.slice(700));
    await delivery.close();
    expect(state.text).toBe(linesOf(records));
    expect(state).toMatchObject({ closed: true, reread: [] });
    expect(reports).toEqual([]);
  });

  it('tries again, later each time, and says so, until the sink works', async () => {
    const { state, reports, pauses, records, delivery } = setUp();
    state.failing = true;
    delivery.send(records.slice(0, 2));
    for (let failure = 0; failure < 8; failure += 1) {
      await turn();
      pauses.at(-1)?.end();
    }
    await turn();
    expect(pauses.map(({ pauseMs }) => pauseMs)).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60].map((s) => s * 1000));
    expect(reports[2]).toMatchObject({
      sink: 'test',
      failures: 3,
      waiting: 2,
      lost: 0,
      cause: { message: 'disk full' },
    });
    state.failing = false;
    delivery.send(records.slice(2, 3));
    pauses.at(-1)?.end();
    await turn();
    expect(state.text).toBe(linesOf(records.slice(0, 3)));
    expect(reports.at(-1)).toEqual({ sink: 'test', failures: 0, waiting: 0, lost: 0 });
    await delivery.close();
  });

  it('asks the store for what it could not keep in memory', async () => {
    const { state, records, pauses, delivery } = setUp({ maxKept: 2000 });
    state.failing = true;
    delivery.send(records);
    await turn();
    state.failing = false;
    pauses.at(-1)?.end();
    await delivery.close();
    expect(state.text).toBe(linesOf(records));
    expect(state.reread.length).toBeGreaterThan(1100);
  });

  it('says how many records a sink will never get', async () => {
    const { state, reports, records, delivery } = setUp({ maxWaiting: 10 });
    state.failing = true;
    delivery.send(records.slice(0, 10));
    await turn();
    delivery.send(records.slice(10, 13));
    expect(reports.at(-1)).toMatchObject({ waiting: 10, lost: 3 });
    await delivery.close();
    expect(reports.at(-1)).toMatchObject({ waiting: 0, lost: 13 });
    expect(state.closed).toBe(true);
  });

  it('closes though the sink hangs', async () => {
    const hanging: AuditSink = { name: 'hanging', write: () => new Promise(() => {}), close: async () => {} };
    const { records, reports, pauses, delivery } = setUp({ sink: hanging });
    delivery.send(records.slice(0, 1));
    const close = delivery.close();
    await turn();
    pauses.at(-1)?.end();
    await close;
    expect(reports.at(-1)).toMatchObject({ lost: 1 });
  });
});

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'headgate-sink-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

describe('a file sink', () => {
  it('appends to a file that only its owner reads, and makes a new one when it was moved away', async () => {
    const file = path.join(await temporaryDirectory(), 'audit.jsonl');
    const sink = fileSink(file);
    await sink.write('a\n');
    await sink.write('b\n');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await rename(file, `${file}.1`);
    await sink.write('c\n');
    await rm(file);
    await sink.write('d\n');
    await sink.close();
    expect(await readFile(`${file}.1`, 'utf8')).toBe('a\nb\n');
    expect(await readFile(file, 'utf8')).toBe('d\n');
    const another = fileSink(file);
    await another.write('e\n');
    await another.close();
    expect(await readFile(file, 'utf8')).toBe('d\ne\n');
  });

  it('fails where there is no folder, and works as soon as there is', async () => {
    const directory = path.join(await temporaryDirectory(), 'later');
    const sink = fileSink(path.join(directory, 'audit.jsonl'));
    await expect(sink.write('a\n')).rejects.toMatchObject({ code: 'ENOENT' });
    await mkdir(directory);
    await sink.write('a\n');
    await sink.close();
    expect(await readFile(path.join(directory, 'audit.jsonl'), 'utf8')).toBe('a\n');
  });
});

describe('a stream sink', () => {
  it('writes lines, and waits for a reader that is slow', async () => {
    const stream = new PassThrough({ highWaterMark: 1 });
    const sink = streamSink('standard output', stream);
    const written = sink.write('a\n').then(() => sink.write('b\n'));
    const read: string[] = [];
    for await (const chunk of stream) {
      read.push(String(chunk));
      if (read.length === 2) break;
    }
    await written;
    expect(read).toEqual(['a\n', 'b\n']);
  });

  it('says that the stream failed instead of ending the process', async () => {
    const stream = new Writable({ write: (_chunk, _encoding, done) => done(new Error('EPIPE')) });
    const sink = streamSink('standard output', stream);
    await expect(sink.write('a\n')).rejects.toThrow('EPIPE');
    await expect(sink.write('a\n')).rejects.toThrow();
  });
});
