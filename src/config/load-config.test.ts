import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HeadgateError } from '../base/errors/headgate-error.js';
import type { Environment } from './environment.js';
import type { HeadgateConfig } from './headgate-config.js';
import { initialConfig } from './initial-config.js';
import { loadConfig } from './load-config.js';
import { hidesExpired, unitsPerSecond } from './table-settings.js';

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'headgate-config-'));
});
afterEach(() => rm(cwd, { recursive: true }));

async function load(yaml: string, env: Environment = {}): Promise<HeadgateConfig> {
  await writeFile(join(cwd, 'headgate.yaml'), yaml);
  return loadConfig({ env, cwd });
}

async function problemsOf(yaml: string, env: Environment = {}): Promise<string> {
  const error = await load(yaml, env).catch((thrown: unknown) => thrown);
  if (!(error instanceof HeadgateError)) throw new Error('the file was accepted');
  expect(error.code).toBe('CONFIG_INVALID');
  return error.detail ?? '';
}

describe('where the configuration comes from', () => {
  test('without any file it is the demo: every table of the embedded DynamoDB', async () => {
    expect(await loadConfig({ env: {}, cwd })).toEqual({
      source: { kind: 'demo' },
      home: join(cwd, '.headgate'),
      schemas: [
        {
          name: 'demo',
          endpoint: { kind: 'embedded' },
          region: 'us-east-1',
          credentials: { kind: 'keys', accessKeyId: 'local', secretAccessKey: 'local' },
          tables: '*',
          columns: {},
          hideExpired: false,
          unitsPerSecond: {},
        },
      ],
      limits: {},
      aws: { trustPrincipal: 'caller', sourceIdentity: false },
      server: { host: '127.0.0.1', httpPort: 8080, endpointPort: 8001, trustProxy: false, openMetrics: false },
      audit: { literals: 'keep' },
      store: {},
    });
  });

  test('--config goes before HEADGATE_CONFIG, and that before headgate.yaml', async () => {
    for (const name of ['flag', 'variable', 'headgate']) {
      await writeFile(join(cwd, `${name}.yaml`), `schemas: [{ name: from_${name} }]`);
    }
    const env = { HEADGATE_CONFIG: 'variable.yaml' };
    const names = await Promise.all([
      loadConfig({ path: 'flag.yaml', env, cwd }),
      loadConfig({ env, cwd }),
      loadConfig({ env: {}, cwd }),
    ]);
    expect(names.map((config) => config.schemas[0]?.name)).toEqual(['from_flag', 'from_variable', 'from_headgate']);
    expect(names[0]?.source).toEqual({ kind: 'file', path: join(cwd, 'flag.yaml') });
  });

  test('a file that is named but not there is an error, not the demo', async () => {
    await expect(loadConfig({ path: 'gone.yaml', env: {}, cwd })).rejects.toMatchObject({ code: 'CONFIG_NOT_FOUND' });
    const env = { HEADGATE_CONFIG: 'gone.yaml' };
    await expect(loadConfig({ env, cwd })).rejects.toMatchObject({ code: 'CONFIG_NOT_FOUND' });
  });

  test('HEADGATE_HOME moves the state, relative to the working directory', async () => {
    expect((await loadConfig({ env: { HEADGATE_HOME: 'state' }, cwd })).home).toBe(join(cwd, 'state'));
    expect((await loadConfig({ env: { HEADGATE_HOME: '/var/headgate' }, cwd })).home).toBe('/var/headgate');
  });
});

describe('what the file means', () => {
  test('every key arrives, with units resolved', async () => {
    const config = await load(`
schemas:
  - name: shop
    endpoint: https://dynamodb.example.com
    region: eu-west-1
    credentials: { accessKeyId: AKIA1, secretAccessKey: secret, sessionToken: token }
    tables: [orders, "order.lines"]
    columns: { orders: { ordered_at: timestamp, total: "decimal(18,2)" } }
    hideExpired: { orders: true, order.lines: gone_at }
    unitsPerSecond: { orders: 500 }
  - name: aws
grants:
  - { grantee: local, object: shop, access: RWA }
  - { grantee: "group:analysts", object: shop.order.lines, access: none }
limits: { maxUnits: 1000.5, unitsPerSecond: 250, timeout: 1.5s, memory: 2GB, tempDisk: 1GiB }
`);
    expect(config.schemas).toEqual([
      {
        name: 'shop',
        endpoint: { kind: 'url', url: 'https://dynamodb.example.com' },
        region: 'eu-west-1',
        credentials: { kind: 'keys', accessKeyId: 'AKIA1', secretAccessKey: 'secret', sessionToken: 'token' },
        tables: ['orders', 'order.lines'],
        columns: { orders: { ordered_at: 'timestamp', total: 'decimal(18,2)' } },
        hideExpired: { orders: true, 'order.lines': 'gone_at' },
        unitsPerSecond: { orders: 500 },
      },
      {
        name: 'aws',
        endpoint: { kind: 'aws' },
        credentials: { kind: 'default' },
        tables: '*',
        columns: {},
        hideExpired: false,
        unitsPerSecond: {},
      },
    ]);
    expect(config.grants).toEqual([
      { grantee: { kind: 'local' }, schema: 'shop', access: 'RWA' },
      { grantee: { kind: 'group', name: 'analysts' }, schema: 'shop', table: 'order.lines', access: 'none' },
    ]);
    expect(config.limits).toEqual({
      maxUnits: 1000.5,
      unitsPerSecond: 250,
      timeoutMs: 1500,
      memory: 2e9,
      tempDisk: 2 ** 30,
    });
  });

  test('the units per second of a table are its own, or else those of the limits', async () => {
    const config = await load(
      'schemas: [{ name: a, unitsPerSecond: { orders: 500 } }]\nlimits: { unitsPerSecond: "250" }',
    );
    expect(unitsPerSecond(config, 'a', 'orders')).toBe(500);
    expect(unitsPerSecond(config, 'a', 'toString')).toBe(250);
    expect(unitsPerSecond(await load('schemas: [{ name: a }]'), 'a', 'orders')).toBeUndefined();
  });

  test('expired items are hidden in all tables, in some, or in none', async () => {
    const hides = async (text: string, table: string) => {
      const [schema] = (await load(`schemas: [{ name: a, ${text} }]`)).schemas;
      return schema && hidesExpired(schema, table);
    };
    expect(await hides('hideExpired: true', 'orders')).toBe(true);
    expect(await hides('hideExpired: { orders: gone_at }', 'orders')).toBe('gone_at');
    expect(await hides('hideExpired: { orders: true }', 'toString')).toBe(false);
    expect(await hides('region: eu-west-1', 'orders')).toBe(false);
  });

  test('a loopback endpoint works without credentials, any other one takes the default chain', async () => {
    const kinds = await load(`schemas:
  - { name: a, endpoint: "http://localhost:8000" }
  - { name: b, endpoint: "http://127.0.0.1:8000" }
  - { name: c, endpoint: "http://[::1]:8000" }
  - { name: d, endpoint: "http://localhost:8000", credentials: default }
  - { name: e, endpoint: "https://localhost.example.com" }
`);
    expect(kinds.schemas.map((schema) => schema.credentials.kind)).toEqual([
      'keys',
      'keys',
      'keys',
      'default',
      'default',
    ]);
    expect(kinds.schemas.map((schema) => schema.region)).toEqual(Array(5).fill('us-east-1'));
  });

  test('a key with nothing behind it, or with an empty variable, counts as absent', async () => {
    const config = await load(
      `schemas:\n  - name: a\n    endpoint: \${ENDPOINT:-}\n    region:\n    tables:\nlimits:\n`,
    );
    expect(config.schemas[0]).toEqual({
      name: 'a',
      endpoint: { kind: 'aws' },
      credentials: { kind: 'default' },
      tables: '*',
      columns: {},
      hideExpired: false,
      unitsPerSecond: {},
    });
  });

  test('variables are interpolated in values, numbers included', async () => {
    const config = await load(
      `schemas:\n  - name: \${NAME}\n    region: \${REGION:-eu-west-1}\n    tables: ["\${NAME}-$$x-$y"]\nlimits: { maxUnits: "\${MAX}" }`,
      { NAME: 'shop', MAX: '250' },
    );
    expect(config.schemas[0]).toMatchObject({ name: 'shop', region: 'eu-west-1', tables: ['shop-$x-$y'] });
    expect(config.limits).toEqual({ maxUnits: 250 });
  });

  test('anchors and aliases share values', async () => {
    const config = await load('schemas:\n  - { name: a, tables: &t [x, y] }\n  - { name: b, tables: *t }\n');
    expect(config.schemas[1]?.tables).toEqual(['x', 'y']);
  });

  test('nothing of it can be changed', async () => {
    const config = await load('schemas: [{ name: a, tables: [x] }]');
    expect(Object.isFrozen(config) && Object.isFrozen(config.schemas) && Object.isFrozen(config.schemas[0])).toBe(true);
    expect(Object.isFrozen(config.schemas[0]?.tables)).toBe(true);
  });

  test('the file of `headgate init` is valid and means the demo', async () => {
    const config = await load(initialConfig());
    expect(config.schemas).toEqual((await loadConfig({ path: 'headgate.yaml', env: {}, cwd })).schemas);
    expect(config.schemas[0]).toMatchObject({ name: 'demo', endpoint: { kind: 'embedded' }, tables: '*' });
    expect(config.limits).toEqual({ maxUnits: 25_000, timeoutMs: 300_000 });
  });

  test('every example that the file of `headgate init` has in comments is valid too', async () => {
    const uncommented = initialConfig().replaceAll(/^( *)#(?! \S)/gm, '$1');
    const config = await load(uncommented, {
      REPORTING_KEY_ID: 'id',
      REPORTING_SECRET_KEY: 'secret',
      PARTNER_EXTERNAL_ID: 'headgate-1',
    });
    const names = config.schemas.map((schema) => schema.name);
    expect(names).toEqual(['demo', 'production', 'reporting', 'partner', 'warehouse']);
    expect(config.schemas[1]?.columns).toEqual({ orders: { ordered_at: 'timestamp', total: 'decimal(18,2)' } });
    expect(config.schemas[2]?.credentials).toEqual({ kind: 'keys', accessKeyId: 'id', secretAccessKey: 'secret' });
    expect(config.grants).toEqual([
      { grantee: { kind: 'client', name: 'reports' }, schema: 'demo', table: 'flights', access: 'R' },
    ]);
    expect(config.limits).toMatchObject({ memory: 2e9, tempDisk: 10e9 });
  });
});

describe('credentials', () => {
  test('may be a role, by its ARN or by account and name, which the region makes an ARN of', async () => {
    const config = await load(`schemas:
  - name: a
    region: eu-central-1
    credentials: { role: "arn:aws:iam::123456789012:role/teams/Reader", externalId: x-1 }
  - name: b
    region: cn-north-1
    credentials: { role: { account: "123456789012", name: /teams/Reader }, externalId: x-2, profile: gateway }
  - name: c
    region: us-gov-west-1
    stsEndpoint: http://127.0.0.1:4000
    credentials: { role: { account: "123456789012", name: Reader }, externalId: x-3, accessKeyId: k, secretAccessKey: s }
aws: { trustPrincipal: account, sourceIdentity: true }
`);
    expect(config.schemas.map(({ credentials }) => credentials)).toEqual([
      {
        kind: 'role',
        roleArn: 'arn:aws:iam::123456789012:role/teams/Reader',
        externalId: 'x-1',
        own: { kind: 'default' },
      },
      {
        kind: 'role',
        roleArn: 'arn:aws-cn:iam::123456789012:role/teams/Reader',
        externalId: 'x-2',
        own: { kind: 'default', profile: 'gateway' },
      },
      {
        kind: 'role',
        roleArn: 'arn:aws-us-gov:iam::123456789012:role/Reader',
        externalId: 'x-3',
        own: { kind: 'keys', accessKeyId: 'k', secretAccessKey: 's' },
      },
    ]);
    expect(config.schemas[2]?.stsEndpoint).toBe('http://127.0.0.1:4000');
    expect(config.aws).toEqual({ trustPrincipal: 'account', sourceIdentity: true });
  });

  test('may be a profile', async () => {
    const { schemas } = await load('schemas: [{ name: a, credentials: { profile: warehouse } }]');
    expect(schemas[0]?.credentials).toEqual({ kind: 'default', profile: 'warehouse' });
  });

  test.each([
    ['{ role: "arn:aws:iam::12:role/x", externalId: abc }', 'bad role'],
    ['{ role: "arn:aws:iam::123456789012:user/x", externalId: abc }', 'bad role'],
    ['{ role: { account: "12", name: x }, externalId: abc }', 'An account ID is 12 digits'],
    ['{ role: { account: "123456789012", name: "a b" }, externalId: abc }', 'The name of a role has letters'],
    ['{ role: { account: "123456789012", name: x } }', 'missing "externalId"'],
    ['{ role: { account: "123456789012", name: x }, externalId: abc, accessKeyId: k }', 'beside a role stand'],
    ['{ profile: x, accessKeyId: k }', 'unknown key "accessKeyId"'],
  ])('that are not right are told: %s', async (credentials, problem) => {
    const problems = await problemsOf(`schemas: [{ name: a, region: eu-central-1, credentials: ${credentials} }]`);
    expect(problems).toContain(problem);
  });

  test('by a role need a region, and an STS elsewhere is on this machine', async () => {
    const role = '{ role: { account: "123456789012", name: x }, externalId: abc }';
    expect(await problemsOf(`schemas: [{ name: a, credentials: ${role} }]`)).toContain('needs the "region"');
    const elsewhere = `schemas: [{ name: a, region: eu-central-1, stsEndpoint: "https://sts.example.com" }]`;
    expect(await problemsOf(elsewhere)).toContain('use a http(s) URL of this machine');
  });
});

describe('server and audit', () => {
  test('are as the file says, and the ports as the environment says', async () => {
    const file = `schemas: [{ name: demo, endpoint: embedded }]
server: { host: 0.0.0.0, httpPort: 80, endpointPort: 81, publicUrl: "https://x.example/", trustProxy: true, openMetrics: true }
audit: { literals: redact, file: "-", retention: 400d }
`;
    await writeFile(join(cwd, 'headgate.yaml'), file);
    const ports = { HEADGATE_HTTP_PORT: '0', HEADGATE_ENDPOINT_PORT: '8101' };
    const env = { ...ports, HEADGATE_DATABASE_URL: 'postgresql://db', HEADGATE_KEY: 'k' };
    expect(await loadConfig({ env, cwd })).toMatchObject({
      server: { host: '0.0.0.0', httpPort: 0, endpointPort: 8101, publicUrl: 'https://x.example', trustProxy: true },
      audit: { literals: 'redact', file: '-', retentionDays: 400 },
      store: { databaseUrl: 'postgresql://db', sealingKey: 'k' },
    });
  });

  test.each(['HEADGATE_HTTP_PORT', 'HEADGATE_ENDPOINT_PORT'])('a port that is none is an error: %s', async (name) => {
    const loading = loadConfig({ env: { [name]: '70000' }, cwd });
    await expect(loading).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining(name) });
  });
});

describe('what is wrong with the file', () => {
  test('every problem is told at once, in the order of the file, with the nearest valid word', async () => {
    const problems = await problemsOf(`schemas:
  - name: my-shop
    endpoint: embeded
    tabels: [a]
    credentials: { accessKeyID: x, secretAccessKey: 12 }
    columns:
      orders:
        total: decimel(18,2)
        total: decimal(40,2)
  - name: MY_SHOP
    tables: [orders, orders]
    columns: { oders: { a: uuid } }
    hideExpired: { order: 7 }
    region: 7
  - name: my_shop
    credentials: defualt
    tables: all
  - {}
grants:
  - { grantee: usr:ann, object: my_shops, access: RX }
  - { grantee: robot, object: MY_SHOP.order, access: read }
  - { grantee: client, object: .x }
limits: { timeout: 30, memory: 2 apples, maxUnits: -1, tempDisk: "\${DISK}" }
colour: blue
`);
    expect(problems).toMatchInlineSnapshot(`
      "headgate.yaml:2:11 bad schema name "my-shop": use letters, digits and underscores, for example "my_shop"
      headgate.yaml:3:15 bad endpoint "embeded", did you mean "embedded"?
      headgate.yaml:4:5 unknown key "tabels", did you mean "tables"?
      headgate.yaml:5:18 missing "accessKeyId"
      headgate.yaml:5:20 unknown key "accessKeyID", did you mean "accessKeyId"?
      headgate.yaml:5:53 expected a text, found a number: put it in quotes
      headgate.yaml:8:16 bad column type "decimel(18,2)": use varchar, date, timestamp, uuid, bigint, hugeint, decimal(p,s), double, boolean, blob, json, and lists of these such as varchar[]
      headgate.yaml:9:9 duplicate key "total", first given at line 8
      headgate.yaml:11:22 duplicate table name "orders"
      headgate.yaml:12:23 "oders" is not among the tables of the schema, did you mean "orders"?
      headgate.yaml:13:27 expected a text, found a number: put it in quotes
      headgate.yaml:13:27 "order" is not among the tables of the schema, did you mean "orders"?
      headgate.yaml:14:13 expected a text, found a number: put it in quotes
      headgate.yaml:15:11 duplicate schema name "my_shop"
      headgate.yaml:16:18 bad value "defualt", did you mean "default"?
      headgate.yaml:17:13 bad value "all": expected "*" or a list of table names
      headgate.yaml:18:5 missing "name"
      headgate.yaml:20:16 bad grantee "usr:ann", did you mean "user:ann"?
      headgate.yaml:20:33 no schema is named "my_shops", did you mean "MY_SHOP"?
      headgate.yaml:20:51 bad access code "RX", did you mean "R"?
      headgate.yaml:21:16 bad grantee "robot": use local, client:name, user:name or group:name
      headgate.yaml:21:31 "order" is not among the tables of the schema, did you mean "orders"?
      headgate.yaml:21:54 bad access code "read": use R, W, RW, RA, RWA, A or none
      headgate.yaml:22:5 missing "access"
      headgate.yaml:22:16 bad grantee "client": use local, client:name, user:name or group:name
      headgate.yaml:22:32 bad object ".x": use schema or schema.table
      headgate.yaml:23:20 bad value "30": use a duration such as 500ms, 30s, 5m or 1h
      headgate.yaml:23:32 bad value "2 apples": use a size such as 512MB, 2GB or 1GiB
      headgate.yaml:23:52 bad value "-1": use a number above 0
      headgate.yaml:23:66 the environment variable DISK is not set, and \${DISK} has no default
      headgate.yaml:24:1 unknown key "colour": the keys here are schemas, grants, limits, server, audit, aws"
    `);
  });

  test('a file that is not YAML tells its first error only', async () => {
    expect(await problemsOf('schemas:\n  - name: a\n   region: b\n limits: {\n')).toMatchInlineSnapshot(
      `"headgate.yaml:3:1 not valid YAML: Sequence item without - indicator"`,
    );
  });

  test.each([
    '',
    'schemas: []',
    'schemas:',
    '- name: a',
    'schemas: [{ name: a, tables: [] }]',
    'schemas: [{ name: a, tables: &t [*t] }]',
    'schemas: [{ name: a }, *gone]',
    'schemas: [{ name: main }]',
    `schemas: [{ name: a, region: "\${oops" }]`,
    `schemas: [{ name: a, region: "\${GONE}" }]`,
    'schemas: [{ name: a, [x]: 1 }]',
    'schemas: [{ name: a }]\n---\nschemas: []',
  ])('the file %j is refused', async (yaml) => {
    expect(await problemsOf(yaml)).toMatchSnapshot();
  });

  test('a value that may be a secret is not shown', async () => {
    const problems = await problemsOf(
      'schemas: [{ name: a, credentials: { accessKeyId: x, secretAccessKey: 123456 } }]',
    );
    expect(problems).not.toContain('123456');
  });

  test('the file is named by its path below the working directory', async () => {
    await writeFile(join(cwd, 'other.yaml'), 'schemas: []');
    const error = await loadConfig({ path: join(cwd, 'other.yaml'), env: {}, cwd }).catch((thrown) => thrown);
    expect(error.message).toBe('The configuration file other.yaml has a problem.');
  });
});
