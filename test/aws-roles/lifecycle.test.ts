import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PLACE } from '../../src/local-aws/testing/local-aws-under-test.js';
import { addSchema, installRole, validate } from './install-role.js';
import { openRoleGateway, type RoleGateway } from './role-gateway.js';

let gateway: RoleGateway;
/** What must never stand in a log or a record. */
const secrets = new Set<string>();

beforeAll(async () => {
  gateway = await openRoleGateway({
    schemas: (local, own) => [
      {
        name: 'declared',
        region: PLACE.region,
        endpoint: { kind: 'url', url: local.aws.dynamodbEndpoint },
        stsEndpoint: local.aws.stsEndpoint,
        credentials: {
          kind: 'role',
          roleArn: `arn:aws:iam::${PLACE.account}:role/Role_shop`,
          externalId: 'headgate-declared',
          own: { kind: 'keys', ...own },
        },
        tables: ['orders'],
        columns: {},
        hideExpired: false,
        unitsPerSecond: {},
      },
    ],
  });
  secrets.add(gateway.own.secretAccessKey).add('headgate-declared');
}, 60_000);
afterAll(() => gateway?.close());

const query = (sql: string, token?: string) => gateway.ask('POST /v1/query', { sql }, token);
const codeOf = async (answer: Promise<{ json: { error?: { code: string }; data?: { data: unknown } } }>) => {
  const { json } = await answer;
  return json.error?.code ?? json.data?.data;
};

describe('a schema of the store', () => {
  it('is pending, set up, validated, used, rotated, disabled, enabled and deleted', async () => {
    const { json, status, text } = await addSchema(gateway, 'shop', { tableAllowlist: ['orders', 'customers'] });
    expect([status, json.data]).toMatchObject([200, { status: 'pending', way: 'role', source: 'store' }]);
    secrets.add(json.data.externalId);
    expect(json.data.externalId).toMatch(/^headgate-[a-z2-7]{32}$/);
    expect(text).not.toContain(gateway.own.secretAccessKey);
    const count = 'SELECT count(*) FROM shop.orders';
    expect(await codeOf(query(count))).toBe('SCHEMA_NOT_ACTIVE');

    await installRole(gateway, 'shop');
    expect(await validate(gateway, 'shop')).toMatchObject({ letters: 'ooooooo', status: 'active' });
    expect(await codeOf(query(count))).toEqual([[2]]);
    const shown = await gateway.ask('GET /v1/schemas/shop');
    expect(shown.json.data).toMatchObject({ status: 'active', validations: [{ ok: true }] });
    expect(shown.text).not.toContain(json.data.externalId);

    const rotated = await gateway.ask('POST /v1/schemas/shop/external-id');
    secrets.add(rotated.json.data.externalId);
    expect(rotated.json.data.externalId).not.toBe(json.data.externalId);
    expect(await codeOf(query(count))).toBe('SCHEMA_NOT_ACTIVE');
    expect(await validate(gateway, 'shop')).toMatchObject({ letters: 'ofsssss', status: 'failed' });
    await installRole(gateway, 'shop');
    expect(await validate(gateway, 'shop')).toMatchObject({ status: 'active' });
    expect(await codeOf(query(count))).toEqual([[2]]);

    expect((await gateway.ask('PATCH /v1/schemas/shop', { status: 'disabled' })).json.data.status).toBe('disabled');
    expect(await codeOf(query(count))).toBe('SCHEMA_NOT_ACTIVE');
    expect((await gateway.ask('PATCH /v1/schemas/shop', { status: 'active' })).json.data.status).toBe('active');
    expect(await codeOf(query(count))).toEqual([[2]]);

    const reader = await gateway.client('reader', 'R shop.orders');
    expect(await codeOf(query(count, reader))).toEqual([[2]]);
    expect((await gateway.ask('DELETE /v1/schemas/shop')).status).toBe(200);
    expect(await codeOf(query(count))).toBe('SCHEMA_NOT_FOUND');
    expect(await codeOf(gateway.ask('GET /v1/schemas/shop/iam'))).toBe('SCHEMA_NOT_FOUND');

    // A new one of the same name is another one: what was granted on the old one is gone.
    await addSchema(gateway, 'shop', { tableAllowlist: ['orders'] });
    await installRole(gateway, 'shop');
    expect(await validate(gateway, 'shop')).toMatchObject({ status: 'active' });
    expect(await codeOf(query(count, reader))).toBe('SCHEMA_NOT_FOUND');
    expect(await codeOf(query(count))).toEqual([[2]]);
  });

  it('has a name of its own, also beside headgate.yaml, whose schemas cannot be changed here', async () => {
    expect(await codeOf(addSchema(gateway, 'SHOP'))).toBe('CONFLICT');
    expect(await codeOf(addSchema(gateway, 'Declared'))).toBe('CONFLICT');
    expect(await codeOf(gateway.ask('DELETE /v1/schemas/declared'))).toBe('REQUEST_INVALID');
    expect(await codeOf(addSchema(gateway, 'main'))).toBe('REQUEST_INVALID');
    expect(await codeOf(addSchema(gateway, 'bad', { accountId: '12' }))).toBe('ROLE_INVALID');
    const elsewhere = { endpoints: { sts: 'https://sts.example.com' } };
    expect(await codeOf(addSchema(gateway, 'bad', elsewhere))).toBe('REQUEST_INVALID');
  });

  it('is validated in steps that are told as they happen', async () => {
    const { text } = await gateway.ask('POST /v1/schemas/shop/validate-role', { format: 'ndjson' });
    const events = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const steps = ['own-credentials', 'assume-role', 'external-id', 'place', 'tables', 'access', 'reach'];
    expect(events.map(({ kind, step, result }) => `${kind} ${step ?? result?.step ?? ''}`)).toEqual([
      ...steps.flatMap((step) => [`started ${step}`, `finished ${step}`]),
      'report ',
    ]);
    expect(events.at(-1).report).toMatchObject({ ok: true, status: 'active' });
    expect(await codeOf(gateway.ask('POST /v1/schemas/nowhere/validate-role', { format: 'ndjson' }))).toBe(
      'SCHEMA_NOT_FOUND',
    );
  });

  it('without a role is validated by its tables', async () => {
    const { dynamodbEndpoint } = gateway.local.aws;
    const plain = { way: 'keys', endpoints: { dynamodb: dynamodbEndpoint }, accountId: undefined, roleName: undefined };
    await addSchema(gateway, 'plain', plain);
    expect(await validate(gateway, 'plain')).toMatchObject({
      letters: 'f',
      status: 'failed',
      remedies: expect.stringContaining('Allow dynamodb:DescribeTable'),
    });
  });
});

describe('statements by a role', () => {
  it('are read in a session of the principal, which the audit record names', async () => {
    const token = await gateway.client('auditor', 'R shop');
    expect(await codeOf(query('SELECT id FROM shop.orders ORDER BY id', token))).toEqual([['a'], ['b']]);
    const { json } = await gateway.ask('GET /v1/audit?limit=5');
    expect(json.data.items[0]).toMatchObject({ kind: 'select', roleSession: 'client-auditor' });
  });

  it('say in their record when the session could not be narrowed', async () => {
    await addSchema(gateway, 'wide', { tableAllowlist: [], roleName: 'Role_wide' });
    await installRole(gateway, 'wide');
    expect(await validate(gateway, 'wide')).toMatchObject({ status: 'active' });
    const tables = Array.from({ length: 30 }, (_, i) => `R wide.a_table_with_a_rather_long_name_${i}`);
    const token = await gateway.client('many', 'R wide.orders', ...tables);
    expect(await codeOf(query('SELECT count(*) FROM wide.orders', token))).toEqual([[2]]);
    const { json } = await gateway.ask('GET /v1/audit?limit=1');
    expect(json.data.items[0].roleSession).toMatch(
      /^client-many; wide: The session is not narrowed: its policy has \d+ characters, and AWS takes 2048\.$/,
    );
  });

  it('of a declared schema need no store', async () => {
    // The role of `shop` trusts another external ID: so the declared one is refused by AWS, with what to do.
    const { json } = await query('SELECT count(*) FROM declared.orders');
    expect(json.error).toMatchObject({ code: 'ROLE_REFUSED', hint: expect.stringContaining('Validate the schema') });
  });
});

it('neither a log, nor an audit record, nor a kept validation has a secret or an external ID', async () => {
  const audit = await gateway.ask('GET /v1/audit?limit=1000');
  const schemas = await gateway.ask('GET /v1/schemas/shop');
  const all = [...gateway.logged, audit.text, schemas.text].join('\n');
  expect(all.length).toBeGreaterThan(5_000);
  expect(all.includes('schema.rotate-external-id')).toBe(true);
  const found = [...secrets].filter((secret) => all.includes(secret));
  expect([secrets.size, found]).toEqual([4, []]);
  // Session tokens and keys of local AWS begin so.
  expect(/ASIA[A-Z0-9]{8}/.exec(all)).toBeNull();
});
