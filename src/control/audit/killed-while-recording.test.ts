import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openStore } from '../store/open-store.js';
import { createSealer } from '../store/seal.js';
import { newSealingKey } from '../store/sealing-keys.js';
import { findPostgres, startPostgres } from '../store/testing/real-postgres.js';
import { summarizeUsage } from '../usage/summarize-usage.js';
import { readLine } from './audit-record.js';
import { listAudit } from './list-audit.js';
import type { ChildTask } from './testing/child-task.js';
import { compileRecording, type RecordingProgram } from './testing/recording-child.js';
import { verifyAudit } from './verify-audit.js';
import { verifyFileTrail } from './verify-file-trail.js';

const ROUNDS = 3;

let program: RecordingProgram;
beforeAll(() => {
  program = compileRecording();
});
afterAll(() => program.remove());

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'headgate-killed-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** Each round kills the processes in the midst of it; all that they were told is safe. */
async function killInRounds(tasks: (round: number) => readonly ChildTask[]): Promise<readonly string[]> {
  const acknowledged: string[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const children = tasks(round).map(program.start);
    await Promise.all(children.map((child) => child.until(round * 15)));
    await Promise.all(children.map((child) => child.kill()));
    acknowledged.push(...children.flatMap((child) => child.acknowledged));
  }
  expect(new Set(acknowledged).size).toBe(acknowledged.length);
  return acknowledged;
}

describe('after processes were killed while they recorded', { timeout: 240_000 }, () => {
  it('the embedded store has all that was acknowledged, in one chain', async () => {
    const directory = await temporaryDirectory();
    await expectKept({ directory, databaseUrl: undefined, processes: 1 });
  });

  it.skipIf(findPostgres() === undefined)(
    'PostgreSQL has all that two gateways acknowledged, in one chain',
    async () => {
      const postgres = await startPostgres(findPostgres() ?? '');
      onTestFinished(() => postgres.stop());
      await expectKept({ directory: '/nowhere', databaseUrl: await postgres.newDatabase(), processes: 2 });
    },
  );

  it('a file has all that three processes acknowledged, in one chain', async () => {
    const file = path.join(await temporaryDirectory(), 'state', 'audit.jsonl');
    const acknowledged = await killInRounds((round) =>
      [1, 2, 3].map((process) => ({ kind: 'file', name: `${round}-${process}`, file })),
    );
    const lines = (await readFile(file, 'utf8')).split('\n');
    const recorded = lines.map(readLine).flatMap((line) => (line.kind === 'record' ? [line.record.requestId] : []));
    expect(missing(acknowledged, recorded)).toEqual([]);
    const report = await verifyFileTrail(file);
    expect(report).toMatchObject({ ok: true, count: recorded.length });
    expect(recorded.length - acknowledged.length).toBeLessThan(ROUNDS * 3 * 100);
  });
});

async function expectKept(place: {
  readonly directory: string;
  readonly databaseUrl: string | undefined;
  readonly processes: number;
}): Promise<void> {
  const { directory, databaseUrl, processes } = place;
  const key = newSealingKey();
  const acknowledged = await killInRounds((round) =>
    Array.from({ length: processes }, (_, process) => ({
      kind: 'store',
      name: `${round}-${process}`,
      directory,
      databaseUrl,
      key: key.toString('hex'),
    })),
  );
  const store = await openStore({ directory, ...(databaseUrl === undefined ? {} : { databaseUrl }) });
  onTestFinished(() => store.close());
  const { items } = await listAudit(store, { limit: 1_000_000 });
  expect(
    missing(
      acknowledged,
      items.map(({ requestId }) => requestId),
    ),
  ).toEqual([]);
  expect(await verifyAudit(store, createSealer([key]))).toMatchObject({ ok: true, count: items.length });
  const { totals } = await summarizeUsage(store, { startDate: '2026-02-03', endDate: '2026-02-03' });
  expect(totals.requests).toBe(items.length);
}

function missing(acknowledged: readonly string[], recorded: readonly string[]): readonly string[] {
  const there = new Set(recorded);
  return acknowledged.filter((requestId) => !there.has(requestId));
}
