import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { UpOptions } from '../wire/cli/command-context.js';
import { runUp } from './run-up.js';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'headgate-up-'));
  vi.stubEnv('HEADGATE_HOME', home);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(home, { recursive: true });
});

/** Runs `up`; `said` resolves with all the output once it has the given words, or when it ends without them. */
function up(options: Partial<UpOptions>) {
  let output = '';
  const listeners = new Set<() => void>();
  const stream = new Writable({
    write(chunk, _encoding, done) {
      output += chunk;
      for (const listener of listeners) listener();
      done();
    },
  });
  const interruption = new AbortController();
  const all = {
    demo: false,
    port: undefined,
    once: false,
    config: undefined,
    host: undefined,
    httpPort: 0,
    endpointPort: 0,
    ...options,
  };
  const ended = runUp(all, { stdout: stream, stderr: stream }, interruption.signal).then(() => output);
  ended.catch(() => {});
  const said = (words: string) =>
    Promise.race([
      ended,
      new Promise<string>((resolve) => {
        const look = () => output.includes(words) && resolve(output);
        listeners.add(look);
        look();
      }),
    ]);
  return { said, ended, interrupt: () => interruption.abort() };
}

function endpointIn(output: string): string {
  return /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0] ?? 'no endpoint';
}

test('up --demo loads the sample data once, shows a statement on it, and with once ends', {
  timeout: 90_000,
}, async () => {
  const first = await up({ demo: true, once: true }).ended;
  expect(first).toMatch(/Loading the sample data, 21,442 items/);
  expect(first).toContain('│ SEA    │ San Francisco │            4 │            95.5 │          153 │');
  expect(first).toContain('demo.flights AS f: index-query by_delay');
  expect(first).toContain('demo.airports AS a: index-query by_state');
  expect(first).toMatch(/5 rows in .*Read 4\.0 units/);
  expect(first).not.toContain('Press Ctrl-C');
  await expect(fetch(endpointIn(first))).rejects.toThrow();

  const second = await up({ demo: true, once: true }).ended;
  expect(second).not.toContain('Loading');
  expect(second).toContain('5 rows');
});

test('up stays until it is interrupted, and a second one says where the first runs', { timeout: 90_000 }, async () => {
  const first = up({});
  const output = await first.said('Press Ctrl-C');
  expect((await fetch(endpointIn(output))).ok).toBe(true);

  await expect(up({}).ended).rejects.toMatchObject({
    code: 'ALREADY_RUNNING',
    detail: `Its embedded DynamoDB is at ${endpointIn(output)}, served by process ${process.pid}.`,
  });

  first.interrupt();
  expect(await first.ended).toContain('Stopping.');
  await expect(fetch(endpointIn(output))).rejects.toThrow();
});

test('up --demo plays an account with a right and a wrong role, also when it is started again', {
  timeout: 120_000,
}, async () => {
  for (const status of ['pending', 'active']) {
    const running = up({ demo: true });
    const output = await running.said('Press Ctrl-C');
    expect(output).toContain('npx headgate schema validate partner_wrong');
    const url = /serves HTTP at (http:[^,]+),/.exec(output)?.[1] ?? '';
    const key = (await readFile(join(home, 'operator.key'), 'utf8')).trim();
    const ask = async (method: string, path: string) => {
      const response = await fetch(url + path, { method, headers: { authorization: `Bearer ${key}` } });
      return (await response.json()).data;
    };
    expect(await ask('GET', '/v1/schemas/partner')).toMatchObject({ status });
    expect(await ask('GET', '/v1/schemas/partner_wrong')).toMatchObject({ status: 'pending' });
    expect(await ask('POST', '/v1/schemas/partner/validate-role')).toMatchObject({ ok: true, status: 'active' });
    running.interrupt();
    await running.ended;
  }
});
