import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newSealingKey } from '../../src/control/store/sealing-keys.js';
import { findPostgres, type RealPostgres, startPostgres } from '../../src/control/store/testing/real-postgres.js';
import { type Served, serveGateway } from './support/served.js';
import { grant, newClient, principal, Session } from './support/session.js';
import { openUpstream, plainTable, type Upstream } from './support/upstream.js';

describe.skipIf(findPostgres() === undefined)('of two gateways on one PostgreSQL, within a second', () => {
  let postgres: RealPostgres;
  let upstream: Upstream;
  let here: Served;
  let there: Served;
  beforeAll(async () => {
    postgres = await startPostgres(findPostgres() ?? '');
    upstream = await openUpstream([plainTable('orders')]);
    const store = { databaseUrl: await postgres.newDatabase(), sealingKey: newSealingKey().toString('hex') };
    const options = { schemas: { test: upstream.endpoint }, store };
    here = await serveGateway({ ...options, publicUrl: 'https://here.example' });
    there = await serveGateway({ ...options, publicUrl: 'https://there.example' });
  }, 240_000);
  afterAll(async () => {
    await Promise.all([here?.close(), there?.close()]);
    await upstream?.close();
    await postgres?.stop();
  });

  const SQL = "SELECT n FROM test.orders WHERE id = 'i1'";

  /** Asks the other gateway until the answer has this code; fails when that takes longer than a second. */
  async function soon(session: Session, code: string, sql = SQL): Promise<void> {
    const began = performance.now();
    for (;;) {
      const { status, json } = await session.query(sql);
      const found = status === 200 ? 'ok' : json.error.code;
      if (found === code) return;
      expect([code, found, performance.now() - began < 1000]).toEqual([code, found, true]);
    }
  }

  it('a client, its token, grants, limits and revocations made at one hold at the other', async () => {
    const client = await newClient(here.operator, 'reports');
    const elsewhere = new Session(there.url, client.token);
    const body = { clientId: client.clientId, clientSecret: client.clientSecret };
    expect((await new Session(there.url, undefined).ask('POST /v1/auth/token', body)).status).toBe(200);
    await soon(elsewhere, 'SCHEMA_NOT_FOUND');

    const granted = await grant(here.operator, principal(client), 'R', 'test');
    await soon(elsewhere, 'ok');
    await here.operator.must(`DELETE /v1/grants/${granted}`);
    await soon(elsewhere, 'SCHEMA_NOT_FOUND');
    await grant(there.operator, principal(client), 'R', 'test.orders');
    await soon(client, 'ok');
    await grant(there.operator, principal(client), 'none', 'test.orders');
    await soon(client, 'SCHEMA_NOT_FOUND');
    await grant(there.operator, principal(client), 'RW', 'test.orders');
    await soon(client, 'ok');

    await here.operator.must(`PUT /v1/limits/${client.clientId}`, { maxUnits: 0.1 });
    await soon(elsewhere, 'UNITS_EXCEEDED', 'SELECT count(*) FROM test.orders');
    await here.operator.must(`DELETE /v1/limits/${client.clientId}`);
    await soon(elsewhere, 'ok');

    await there.operator.must(`PATCH /v1/clients/${client.clientId}`, { scopes: [] });
    await soon(client, 'SCOPE_MISSING');
    await there.operator.must(`PATCH /v1/clients/${client.clientId}`, { scopes: ['query'] });
    await here.operator.must(`DELETE /v1/clients/${client.clientId}`);
    await soon(elsewhere, 'UNAUTHENTICATED');
  });

  it('a day has one sum of units, and a group the same members', async () => {
    const { id } = await here.operator.must('POST /v1/groups', { name: 'analysts' });
    const client = await newClient(here.operator, 'analyst', { groups: [id] });
    await grant(there.operator, { kind: 'group', id }, 'R', 'test');
    await here.operator.must(`PUT /v1/limits/${client.clientId}`, { unitsPerDay: 1.5 });
    const elsewhere = new Session(there.url, client.token);
    await soon(elsewhere, 'ok');
    await soon(client, 'ok');
    await soon(elsewhere, 'UNITS_EXCEEDED');
    await here.operator.must(`PUT /v1/limits/${client.clientId}`, { unitsPerDay: 100 });
    await soon(elsewhere, 'ok');
    await there.operator.must(`PATCH /v1/groups/${id}`, { members: [] });
    await soon(client, 'SCHEMA_NOT_FOUND');
  });

  it('a refresh token works once at either', async () => {
    const { clientId, clientSecret } = await newClient(here.operator, 'refreshing');
    const anybody = [new Session(here.url, undefined), new Session(there.url, undefined)];
    const { refreshToken } = await (anybody[0] as Session).must('POST /v1/auth/token', { clientId, clientSecret });
    const answers = await Promise.all(anybody.map((at) => at.ask('POST /v1/auth/refresh', { refreshToken })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
  });
});
