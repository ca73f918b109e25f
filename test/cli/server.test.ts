import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ERROR_KINDS } from '../../src/base/errors/registry.js';
import { openStore } from '../../src/control/store/open-store.js';
import { type GatewayProcess, startGateway } from '../gateway/support/gateway-process.js';
import { openUpstream, plainTable, type Upstream } from '../gateway/support/upstream.js';
import { expectError } from './expect-error.js';
import { type Options, type Outcome, openWorkplace, type Workplace } from './workplace.js';

const ENDLESS = 'SELECT range FROM range(1000000000000)';

// Starting an embedded store takes seconds where much else runs.
const LONG = { timeout: 240_000 };

let upstream: Upstream;
/** Where the gateway runs, and elsewhere. */
let home: Workplace;
let away: Workplace;
let gateway: GatewayProcess;
beforeAll(async () => {
  upstream = await openUpstream([plainTable('orders', 5), plainTable('hidden')]);
  [home, away] = await Promise.all([openWorkplace(), openWorkplace()]);
  gateway = await startGateway(home, { endpoint: upstream.endpoint });
}, 240_000);
afterAll(async () => {
  await Promise.all([home?.close(), away?.close()]);
  await upstream?.close();
});

/** A command that must succeed. */
async function run(place: Workplace, args: readonly string[], options: Options = {}): Promise<Outcome> {
  const outcome = await place.headgate(args, options);
  expect([args, outcome.status, outcome.stderr.includes('error:') ? outcome.stderr : '']).toEqual([args, 0, '']);
  return outcome;
}

async function newClient(name: string): Promise<Readonly<Record<string, string>>> {
  const args = ['client', 'create', name, '--scope', 'query', '--scope', 'audit:read', '--format', 'json'];
  const { clientId, clientSecret } = JSON.parse((await run(home, args)).stdout);
  await run(home, ['grant', `client:${name}`, 'R', 'test.orders']);
  return { HEADGATE_URL: gateway.url, HEADGATE_CLIENT_ID: clientId, HEADGATE_CLIENT_SECRET: clientSecret };
}

describe('where a gateway runs', LONG, () => {
  test('a second one is told to use it, and the command line uses it', async () => {
    expectError(await home.headgate(['up', '--http-port', '0']), 'STORE_IN_USE', 'HEADGATE_URL', 'gateway');
    await newClient('reports');
    expect((await gateway.operator.must('GET /v1/clients')).items).toMatchObject([{ name: 'reports' }]);
    expect((await run(home, ['client', 'list'])).stdout).toContain('reports');
    const { stdout } = await run(home, ['grants']);
    expect(stdout).toMatch(/client:reports .*R .*test\.orders .*headgate grant/);
    const why = ['why', 'client:reports', 'PutItem', 'test.orders'];
    expect((await run(home, why)).stdout).toMatch(/insert/);
    await run(home, ['limit', 'client:reports', '--max-units', '5', '--concurrent-statements', '2']);
    expect((await run(home, ['limits', '--format', 'json'])).stdout).toContain('"maxUnits": 5');
    await run(home, ['limit', 'client:reports', '--none']);
    await run(home, ['group', 'create', 'staff']);
    await run(home, ['revoke', 'client:reports', 'test.orders']);
    expectError(await home.headgate(['revoke', 'client:reports', 'test.orders']), 'NOT_FOUND', 'grants');
    expectError(await home.headgate(['grant', 'client:report', 'R', 'test']), 'NOT_FOUND', 'Did you mean reports?');
    expectError(await home.headgate(['grant', 'reports', 'R', 'test']), 'USAGE', 'client:name');
    expectError(
      await home.headgate(['grant', 'client:reports', 'R', 'tset']),
      'SCHEMA_NOT_FOUND',
      'Did you mean test?',
    );
    expect((await run(home, ['usage'])).stdout).toContain('all');
    expect((await run(home, ['audit', '--limit', '5'])).stdout).toMatch(
      /grant\.remove .*R on test\.orders \(.*for principal/,
    );
    await run(home, ['client', 'revoke', 'reports']);
    expect((await run(home, ['audit', 'verify'])).stdout).toMatch(/^the gateway: \d+ records.*: whole$/m);
  });
});

describe('elsewhere', LONG, () => {
  test('a client of the environment gets the same rows as at home, in every format', async () => {
    const env = await newClient('remote');
    for (const format of ['table', 'json', 'ndjson', 'csv', 'arrow', 'parquet']) {
      const args = ['query', 'SELECT id, n, n / 3 AS third FROM test.orders ORDER BY id', '--format', format];
      const [here, there] = [await run(home, args), await run(away, args, { env })];
      expect([format, there.bytes.equals(here.bytes)]).toEqual([format, true]);
      expect(there.stderr).toMatch(/Read \d+\.\d units in \d+ request/);
    }
    const none = ['query', 'SELECT id FROM test.orders WHERE false', '--format', 'json'];
    expect((await run(away, none, { env })).stdout).toBe((await run(home, none)).stdout);
    const plan = ['query', '--plan', "SELECT * FROM test.orders WHERE id = 'i1'"];
    expect((await run(away, plan, { env })).stdout).toBe((await run(home, plan)).stdout);
    const file = ['query', 'FROM test.orders', '--output', 'rows.csv'];
    await run(away, file, { env });
    expect((await readFile(join(away.cwd, 'rows.csv'), 'utf8')).split('\n')).toHaveLength(7);
    const values = ['query', 'SELECT n FROM test.orders WHERE id = ?', '--param', 'i3', '--format', 'csv'];
    expect((await run(away, values, { env })).stdout).toBe('n\n3\n');

    expectError(await away.headgate(['query', 'FROM test.hidden'], { env }), 'TABLE_NOT_FOUND', 'hidden', '^');
    expectError(await away.headgate(['query', 'SELEKT'], { env }), 'SQL_SYNTAX', '^');
    expectError(await away.headgate(['client', 'list'], { env }), 'SCOPE_MISSING', 'admin');
    expect((await run(away, ['audit', '--limit', '1'], { env })).stdout).toContain('client:remote');
  });

  test('somebody signs in, is not who the environment names, and signs out', async () => {
    const env = { HEADGATE_URL: `${gateway.url}/` };
    expectError(await away.headgate(['query', 'SELECT 1'], { env }), 'UNAUTHENTICATED', 'headgate login');
    const { stdout: token } = await run(home, ['user', 'create', 'ann', '--scope', 'query']);
    const words = `${token}a password of ann\n`;
    await run(away, ['user', 'set-up', '--server', gateway.url], { input: words });
    await run(home, ['grant', 'user:ann', 'R', 'test.hidden']);
    const wrong = await away.headgate(['login', '--user', 'ann'], { env, input: 'another password\n' });
    expectError(wrong, 'UNAUTHENTICATED');
    await run(away, ['login', '--user', 'ann'], { env, input: 'a password of ann\n' });
    const count = ['query', 'SELECT count(*) AS n FROM test.hidden', '--format', 'csv'];
    expect((await run(away, count, { env })).stdout).toBe('n\n3\n');
    const client = await newClient('other');
    expectError(await away.headgate(count, { env: client }), 'TABLE_NOT_FOUND');
    expect((await run(away, count, { env })).stdout).toBe('n\n3\n');
    const many = await Promise.all(Array.from({ length: 4 }, () => away.headgate(count, { env })));
    expect(many.map(({ status }) => status)).toEqual([0, 0, 0, 0]);
    await run(away, ['logout'], { env });
    expectError(await away.headgate(count, { env }), 'UNAUTHENTICATED');
  });

  test('Ctrl-C ends the statement at the gateway too', async () => {
    const env = await newClient('impatient');
    const running = away.start(['query', ENDLESS], { env });
    await running.said('"range":1000');
    running.interrupt();
    const { status, stderr } = await running.outcome;
    expect({ status, stderr }).toEqual({ status: 130, stderr: expect.stringMatching(/^cancelled/) });
    const last = async () => (await gateway.operator.must('GET /v1/audit?limit=1')).items[0];
    while ((await last()).outcome === 'begun');
    expect(await last()).toMatchObject({ outcome: 'CANCELLED', principal: { name: 'impatient' }, statement: ENDLESS });
  });

  test('a gateway that is not there is said so, and one that is none', async () => {
    const env = { HEADGATE_CLIENT_ID: 'a', HEADGATE_CLIENT_SECRET: 'b' };
    const nobody = ['query', '--server', 'http://127.0.0.1:1', 'SELECT 1'];
    expectError(await away.headgate(nobody, { env }), 'ENDPOINT_UNREACHABLE', 'headgate up');
    const other = ['query', '--server', upstream.endpoint, 'SELECT 1'];
    expectError(await away.headgate(other, { env }), 'ENDPOINT_UNREACHABLE', 'Check the address');
  });
});

test(
  'without a gateway a command serves one for itself, and `audit verify` finds what was changed in the store',
  LONG,
  async () => {
    const place = await openWorkplace();
    try {
      await writeFile(
        join(place.cwd, 'headgate.yaml'),
        `schemas:\n  - { name: test, endpoint: "${upstream.endpoint}" }\n`,
      );
      await run(place, ['client', 'create', 'c1']);
      await run(place, ['grant', 'client:c1', 'R', 'test']);
      await run(place, ['query', 'SELECT count(*) FROM test.orders']);
      const { stdout } = await run(place, ['audit', 'verify']);
      expect(stdout).toMatch(/^the gateway: 4 records.*: whole$/m);
      expect(stdout).toMatch(/^the command line: [12] records?.*: whole$/m);

      const change = async (sql: string) => {
        const store = await openStore({ directory: place.home });
        await store.execute(sql);
        await store.close();
      };
      const verdict = async () => {
        const { status, stdout, stderr } = await place.headgate(['audit', 'verify']);
        expect(stderr).toContain(status === 0 ? '' : 'code: AUDIT_BROKEN');
        return [status, /NOT whole/.test(stdout)];
      };
      for (const [sql, undo] of CHANGES) {
        await change(sql);
        expect([sql, ...(await verdict())]).toEqual([sql, ERROR_KINDS.AUDIT_BROKEN.exitStatus, true]);
        await change(undo);
        expect([undo, ...(await verdict())]).toEqual([undo, 0, false]);
      }
    } finally {
      await place.close();
    }
  },
);

/** An edit, a deletion and an addition, and how each is undone. */
const CHANGES = [
  [
    "update headgate.audit_records set principal_name = 'nobody' where sequence = 2",
    "update headgate.audit_records set principal_name = 'local' where sequence = 2",
  ],
  [
    'create table headgate.away as select * from headgate.audit_records where sequence = 2; delete from headgate.audit_records where sequence = 2',
    'insert into headgate.audit_records select * from headgate.away; drop table headgate.away',
  ],
  [
    'create table headgate.more as select * from headgate.audit_records where sequence = 4; update headgate.more set sequence = 5; insert into headgate.audit_records select * from headgate.more; drop table headgate.more',
    'delete from headgate.audit_records where sequence = 5',
  ],
] as const;
