import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { newSealingKey } from '../../src/control/store/sealing-keys.js';
import { findPostgres, startPostgres } from '../../src/control/store/testing/real-postgres.js';
import { openWorkplace } from '../cli/workplace.js';
import { startGateway } from './support/gateway-process.js';
import type { Answer, Session } from './support/session.js';
import { openUpstream, plainTable, type Upstream } from './support/upstream.js';

const ROUNDS = 10;
const AT_ONCE = 500;

let upstream: Upstream;
beforeAll(async () => {
  upstream = await openUpstream([plainTable('orders')]);
}, 240_000);
afterAll(() => upstream?.close());

const KINDS = [
  { name: 'embedded store', env: async () => ({}) },
  {
    name: 'PostgreSQL',
    async env() {
      const postgres = await startPostgres(findPostgres() ?? '');
      onTestFinished(() => postgres.stop());
      return { HEADGATE_DATABASE_URL: await postgres.newDatabase(), HEADGATE_KEY: newSealingKey().toString('hex') };
    },
  },
].filter(({ name }) => name !== 'PostgreSQL' || findPostgres() !== undefined);

describe.each(KINDS)('with the $name', ({ env: environment }) => {
  it(`a gateway that is killed ${ROUNDS} times in the midst of ${AT_ONCE} writes has lost nothing that it acknowledged`, {
    timeout: 600_000,
  }, async () => {
    const env = await environment();
    const workplace = await openWorkplace();
    onTestFinished(() => workplace.close());
    const grants: string[] = [];
    const requests: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const gateway = await startGateway(workplace, { endpoint: upstream.endpoint, env });
      const { id } = await gateway.operator.must('POST /v1/groups', { name: `round-${round}` });
      let acknowledged = 0;
      let isEnough = (): void => {};
      const enough = new Promise<void>((resolve) => {
        isEnough = resolve;
      });
      const write = async (i: number) => {
        const requestId = `${round}-${i}`;
        const answer = await writeOnce({ operator: gateway.operator, id }, requestId, i).catch(() => undefined);
        if (answer === undefined) return;
        expect([answer.status, answer.text.slice(0, 500)]).toEqual([200, expect.anything()]);
        requests.push(requestId);
        if (answer.json.data.id !== undefined) grants.push(answer.json.data.id);
        acknowledged++;
        if (acknowledged >= (AT_ONCE * round) / ROUNDS) isEnough();
      };
      const writes = Array.from({ length: AT_ONCE }, (_, i) => write(i));
      await enough;
      await gateway.kill();
      await Promise.all(writes);
    }
    expect(new Set(grants).size).toBe(grants.length);
    expect(grants.length).toBeGreaterThan(ROUNDS);

    const { operator } = await startGateway(workplace, { endpoint: upstream.endpoint, env });
    const listed = new Set((await all(operator, '/v1/grants?')).map(({ id }) => id));
    expect(grants.filter((id) => !listed.has(id))).toEqual([]);
    const audited = new Set((await all(operator, '/v1/audit?')).map(({ requestId }) => requestId));
    expect(requests.filter((id) => !audited.has(id))).toEqual([]);
    expect(await operator.must('GET /v1/audit/verification')).toMatchObject({ ok: true, problemCount: 0 });
    const verified = await workplace.headgate(['audit', 'verify'], { env });
    expect(verified).toMatchObject({ status: 0, stdout: expect.stringMatching(/^the gateway: .*: whole$/m) });
  });
});

interface Writer {
  readonly operator: Session;
  /** Of a group that gets the grants. */
  readonly id: string;
}

/** Two of three are grants, each on a table of its own; the others are statements. */
async function writeOnce({ operator, id }: Writer, requestId: string, i: number): Promise<Answer> {
  const asked = { headers: { 'x-request-id': requestId } };
  if (i % 3 === 0) return await operator.ask('POST /v1/query', { sql: 'SELECT n FROM test.orders' }, asked);
  const grantee = { kind: 'group', id };
  return await operator.ask('POST /v1/grants', { grantee, schema: 'test', table: `t-${requestId}`, code: 'R' }, asked);
}

async function all(operator: Session, path: string): Promise<readonly { id: string; requestId: string }[]> {
  const items = [];
  for (let token: string | undefined = ''; token !== undefined; ) {
    const page: { items: { id: string; requestId: string }[]; nextToken?: string } = await operator.must(
      `GET ${path}limit=1000${token === '' ? '' : `&nextToken=${encodeURIComponent(token)}`}`,
    );
    items.push(...page.items);
    token = page.nextToken;
  }
  return items;
}
