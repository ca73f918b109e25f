import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { expectError } from './expect-error.js';
import { isAlive, openWorkplace, type Workplace } from './workplace.js';

// The tests build on each other: the first loads the sample data that the others read.
let workplace: Workplace;
beforeAll(async () => {
  workplace = await openWorkplace();
});
afterEach(() => workplace.stop());
afterAll(() => workplace?.close());

async function serverState(): Promise<{ pid: number; endpoint: string }> {
  return JSON.parse(await readFile(join(workplace.home, 'dynamodb', 'server.json'), 'utf8'));
}

test('up --demo loads the sample data and shows rows, plan and cost of a statement; with HEADGATE_ONCE=1 it ends', {
  timeout: 120_000,
}, async () => {
  const { status, stdout, stderr } = await workplace.headgate(['up', '--demo'], { env: { HEADGATE_ONCE: '1' } });
  expect(status).toBe(0);
  expect(stdout).toContain('Loading the sample data, 21,442 items');
  expect(stdout).toContain('│ SEA    │ San Francisco │            4 │            95.5 │          153 │');
  expect(stdout).toContain('demo.flights AS f: index-query by_delay');
  expect(stdout).toMatch(/5 rows in .*Read 4\.0 units/);
  expect(stderr).toBe('');
});

test('up stays until Ctrl-C, and a second one says where the first runs', { timeout: 120_000 }, async () => {
  const up = workplace.start(['up']);
  await up.said('Press Ctrl-C');
  const { pid, endpoint } = await serverState();

  expectError(await workplace.headgate(['up']), 'ALREADY_RUNNING', endpoint, `process ${up.pid}`);
  expect((await workplace.headgate(['query', 'SELECT count(*) AS n FROM demo.shop'])).stdout).toBe('{"n":859}\n');

  up.interrupt();
  const { status, stderr } = await up.outcome;
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(isAlive(pid)).toBe(false);
});

test('a port that is in use is said so', { timeout: 120_000 }, async () => {
  const up = workplace.start(['up', '--port', '0']);
  await up.said('Press Ctrl-C');
  const { port } = new URL((await serverState()).endpoint);
  const env = { HEADGATE_HOME: join(workplace.cwd, 'other') };
  expectError(await workplace.headgate(['up', '--port', port], { env }), 'PORT_IN_USE', port);
  up.interrupt();
  await up.outcome;
});

test('Ctrl-C in a statement that runs ends it, its DynamoDB and its files, and tells what it has read', {
  timeout: 120_000,
}, async () => {
  const running = workplace.start(['query', 'SELECT a.iata, n.range FROM demo.airports a, range(1000000000000) n']);
  await running.said('"range":1');
  const { pid } = await serverState();
  running.interrupt();
  const { status, stderr } = await running.outcome;
  expect({ status, stderr }).toEqual({ status: 130, stderr: 'cancelled. Read 36.0 units in 1 request, <$0.0001.\n' });
  expect(isAlive(pid)).toBe(false);
  await expect(serverState()).rejects.toThrow('ENOENT');
  expect(await readdir(join(workplace.home, 'tmp'))).toEqual([]);
});

test('commands in one directory at once share one DynamoDB', { timeout: 120_000 }, async () => {
  const sql = "SELECT city FROM demo.airports WHERE iata = 'SEA'";
  const outcomes = await Promise.all(Array.from({ length: 4 }, () => workplace.headgate(['query', sql])));
  expect(outcomes.map(({ status, stdout }) => ({ status, stdout }))).toEqual(
    outcomes.map(() => ({ status: 0, stdout: '{"city":"Seattle"}\n' })),
  );
});

test('state goes to .headgate of the working directory unless HEADGATE_HOME says otherwise', {
  timeout: 120_000,
}, async () => {
  const cwd = join(workplace.cwd, 'elsewhere');
  await mkdir(cwd);
  const up = workplace.start(['up'], { cwd, env: { HEADGATE_HOME: '' } });
  expect(await up.said('Press Ctrl-C')).toContain(join(cwd, '.headgate', 'dynamodb'));
  up.interrupt();
  expect((await up.outcome).status).toBe(0);
});
