import { execFileSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { newSealingKey } from '../../src/control/store/sealing-keys.js';
import { findPostgres, startPostgres } from '../../src/control/store/testing/real-postgres.js';
import { openWorkplace } from '../cli/workplace.js';
import { startGateway } from './support/gateway-process.js';
import { Session } from './support/session.js';
import { openUpstream, plainTable } from './support/upstream.js';

it.skipIf(findPostgres() === undefined)(
  'no secret is in a log, the audit trail, an answer other than its own, a metric, a file that others read, or an argument',
  { timeout: 240_000 },
  async () => {
    const upstream = await openUpstream([plainTable('orders')]);
    onTestFinished(() => upstream.close());
    const postgres = await startPostgres(findPostgres() ?? '');
    onTestFinished(() => postgres.stop());
    const workplace = await openWorkplace();
    onTestFinished(() => workplace.close());

    const password = 'MARK-password-of-ann-3141';
    const databasePassword = 'MARKdatabase2718';
    const database = (await postgres.newDatabase()).replace('headgate@', `headgate:${databasePassword}@`);
    const sealingKey = newSealingKey().toString('hex');
    const env = { HEADGATE_DATABASE_URL: database, HEADGATE_KEY: sealingKey, MARK_SECRET: 'MARK/aws/secret/1618' };
    // The second schema has keys of its own and nobody behind it, so that its errors are told too.
    const yaml = `  - name: dead
    endpoint: http://127.0.0.1:1
    credentials: { accessKeyId: AKIAMARKMARKMARK0000, secretAccessKey: "\${MARK_SECRET}" }
audit: { file: audit.jsonl }
`;
    const gateway = await startGateway(workplace, { endpoint: upstream.endpoint, env, yaml });
    const { operator } = gateway;
    const secrets: Record<string, string> = {
      password,
      databasePassword,
      sealingKey,
      sealingKeyBase64: Buffer.from(sealingKey, 'hex').toString('base64'),
      awsSecret: env.MARK_SECRET,
      operatorKey: operator.token ?? '',
    };
    const answers: string[] = [];
    /** Keeps every answer, without the secrets that it is there to give. */
    const call = async (session: Session, name: string, body?: unknown, given: readonly string[] = []) => {
      const answer = await session.ask(name, body);
      for (const field of given) secrets[`${field} of ${name}`] = answer.json.data?.[field] ?? answer.json[field];
      answers.push(given.length === 0 ? answer.text : '');
      return answer.json?.data ?? answer.json;
    };

    const anybody = new Session(gateway.url, undefined);
    const client = await call(operator, 'POST /v1/clients', { name: 'c', scopes: ['query', 'admin'] }, [
      'clientSecret',
    ]);
    const { clientId } = client;
    const rotated = await call(operator, `POST /v1/clients/${clientId}/secret`, undefined, ['clientSecret']);
    const { clientSecret } = rotated;
    const tokenFields = ['accessToken', 'refreshToken'];
    const tokens = await call(anybody, 'POST /v1/auth/token', { clientId, clientSecret }, tokenFields);
    await call(anybody, 'POST /v1/auth/token', { clientId, clientSecret: `${clientSecret}x` });
    await call(anybody, 'POST /v1/auth/token', { clientId, clientSecret, extra: clientSecret });
    await call(anybody, 'POST /v1/auth/refresh', { refreshToken: tokens.refreshToken }, tokenFields);
    await call(anybody, 'POST /v1/auth/refresh', { refreshToken: tokens.refreshToken });
    await call(anybody, `GET /v1/schemas?token=${clientSecret}`);
    await call(new Session(gateway.url, `${operator.token}x`), 'GET /v1/schemas');
    await call(new Session(gateway.url, clientSecret), 'GET /v1/schemas');
    const { setupToken } = await call(operator, 'POST /v1/users', { name: 'ann' }, ['setupToken']);
    await call(anybody, 'POST /v1/auth/set-up', { setupToken, password });
    await call(anybody, 'POST /v1/auth/set-up', { setupToken, password });
    const session = await call(anybody, 'POST /v1/auth/sign-in', { name: 'ann', password }, tokenFields);
    await call(anybody, 'POST /v1/auth/sign-in', { name: 'ann', password: `${password}x` });
    await call(anybody, 'POST /v1/auth/sign-out', { refreshToken: session.refreshToken });
    await form(anybody, { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret });
    await form(anybody, { grant_type: 'password', client_id: clientId, client_secret: clientSecret });
    for (const sql of ['FROM test.orders', 'FROM dead.orders', 'SELECT', 'FROM nowhere']) {
      await call(operator, 'POST /v1/query', { sql, options: { timeoutMs: 2000 } });
    }
    for (const path of [
      'schemas',
      'schemas/dead/tables',
      'schemas/test/tables/orders',
      'clients',
      'users',
      'groups',
      'grants',
      'limits',
      'audit?limit=1000',
      'audit/verification',
      'openapi.json',
    ]) {
      await call(operator, `GET /v1/${path}`);
    }
    answers.push((await operator.ask('GET /metrics')).text, (await anybody.ask('GET /docs')).text);

    // The command line, and what `ps` shows of it while it waits.
    const setUpAgain = await call(operator, 'POST /v1/users', { name: 'bob' }, ['setupToken']);
    const waiting = workplace.start(['user', 'set-up'], { env, input: `${setUpAgain.setupToken}\n${password}\n` });
    const processes = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
    const setUp = await waiting.outcome;
    expect(setUp).toMatchObject({ status: 0, stdout: '' });
    const login = ['login', '--server', gateway.url, '--client', clientId];
    const loggedIn = await workplace.headgate(login, { env, input: `${clientSecret}\n` });
    expect(loggedIn).toMatchObject({ status: 0 });
    const failed = await workplace.headgate(['query', 'FROM dead.orders', '--timeout', '2s'], { env });

    gateway.running.interrupt();
    const { stdout, stderr } = await gateway.running.outcome;
    const places = {
      answers: answers.join('\n'),
      'standard output': stdout + loggedIn.stdout + setUp.stdout + failed.stdout,
      'standard error': stderr + loggedIn.stderr + setUp.stderr + failed.stderr,
      'audit file': await readFile(join(workplace.cwd, 'audit.jsonl'), 'utf8'),
      'other files': await filesOf(workplace.home, /logins\.json$/),
      'the store': execFileSync('pg_dump', [database], { encoding: 'utf8', maxBuffer: 1e9 }),
      processes,
    };
    expect(places['audit file'].split('\n').length).toBeGreaterThan(10);
    for (const [name, secret] of Object.entries(secrets)) {
      expect(secret, name).toMatch(/^.{12,}$/);
      for (const [place, text] of Object.entries(places)) {
        expect(text.includes(secret) ? `${name} is in ${place}` : '').toBe('');
      }
    }

    async function form(session: Session, fields: Readonly<Record<string, string>>): Promise<void> {
      const response = await fetch(`${session.url}/oauth2/token`, {
        method: 'POST',
        body: new URLSearchParams(fields),
      });
      const { access_token: token, ...rest } = Object(await response.json());
      if (typeof token === 'string') secrets['token of OAuth'] = token;
      answers.push(JSON.stringify({ ...rest, refresh_token: undefined }));
    }
  },
);

it('nobody but the owner of the folder may read the files of secrets', { timeout: 120_000 }, async () => {
  const workplace = await openWorkplace();
  onTestFinished(() => workplace.close());
  await writeFile(join(workplace.cwd, 'headgate.yaml'), 'schemas: [{ name: a, region: us-east-1 }]\n');
  const up = workplace.start(['up', '--http-port', '0']);
  await up.said('Press Ctrl-C');
  const listed = execFileSync('find', [workplace.home, '-type', 'f', '-perm', '/077', '-name', '*key*'], {
    encoding: 'utf8',
  });
  expect(listed).toBe('');
  up.interrupt();
  expect((await up.outcome).status).toBe(0);
});

async function filesOf(directory: string, except: RegExp): Promise<string> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(files.filter((file) => !except.test(file)).map((file) => readFile(file, 'latin1')));
  return texts.join('\n');
}
