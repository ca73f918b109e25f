import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../src/aws/clock.js';
import type { HeadgateConfig, SchemaConfig } from '../../src/config/headgate-config.js';
import { connectDynamodb, type DynamodbConnectionHandle } from '../../src/dynamodb/connect.js';
import type { KeyPair } from '../../src/local-aws/accounts/local-accounts.js';
import type { LocalAwsOptions } from '../../src/local-aws/open-local-aws.js';
import {
  type LocalAwsUnderTest,
  OWN_ACCOUNT,
  openLocalAwsUnderTest,
  PLACE,
  policyOf,
} from '../../src/local-aws/testing/local-aws-under-test.js';
import { serve } from '../../src/serve/serve.js';

/** A served gateway beside local AWS, in which account `PLACE.account` has the tables and `OWN_ACCOUNT` is that of Headgate. */
export interface RoleGateway {
  readonly local: LocalAwsUnderTest;
  /** Headgate's own keys, of the user `headgate`. */
  readonly own: KeyPair;
  /** Of the account with the tables, with all rights. */
  readonly admin: DynamodbConnectionHandle;
  readonly operatorKey: string;
  readonly url: string;
  /** The folder of all state. */
  readonly home: string;
  /** Lines of the log so far. */
  readonly logged: readonly string[];
  /** How far the clock of all of it has been moved by waiting. */
  waitedMs(): number;
  /** As the operator unless a token is given; the status and the body. */
  ask(call: string, body?: unknown, token?: string): Promise<Answer>;
  /** A client with these grants (`R shop.orders`), and its token. */
  client(name: string, ...grants: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: expectations look into answers of any form.
  readonly json: any;
}

export interface RoleGatewayOptions {
  readonly aws?: Partial<LocalAwsOptions>;
  readonly config?: Partial<HeadgateConfig>;
  readonly schemas?: (local: LocalAwsUnderTest, own: KeyPair) => readonly SchemaConfig[];
}

const never = new AbortController().signal;
const index = { name: 'by_sku', kind: 'global', sortKeys: [], projection: { kind: 'all' } } as const;

export async function openRoleGateway(options: RoleGatewayOptions = {}): Promise<RoleGateway> {
  let waitedMs = 0;
  // Nobody waits here: time goes on by what was to be waited for, for Headgate and for local AWS.
  const clock: Clock = {
    now: () => Date.now() + waitedMs,
    sleep: async (durationMs) => {
      waitedMs += durationMs;
    },
  };
  const local = await openLocalAwsUnderTest({ clock: clock.now, ...options.aws });
  const own = await local.aws.accounts.putUser({ account: OWN_ACCOUNT, name: 'headgate' });
  const admin = await adminOf(local);
  for (const name of ['orders', 'customers', 'secrets']) {
    const indexes = [{ ...index, partitionKeys: [{ name: 'sku', type: 'S' as const }] }];
    await admin.writer.createTable({ name, partitionKey: { name: 'id', type: 'S' }, indexes }, never);
    const items = ['a', 'b'].map((id) => ({ id: { S: id }, sku: { S: `sku-${id}` }, of: { S: name } }));
    await admin.writer.putItems(name, items, { signal: never });
  }
  const home = await mkdtemp(join(tmpdir(), 'headgate-roles-'));
  const logged: string[] = [];
  const config: HeadgateConfig = {
    source: { kind: 'file', path: 'headgate.yaml' },
    home,
    schemas: options.schemas?.(local, own) ?? [],
    limits: {},
    server: { host: '127.0.0.1', httpPort: 0, endpointPort: 0, trustProxy: false, openMetrics: false },
    audit: { literals: 'keep' },
    store: {},
    aws: { trustPrincipal: 'caller', sourceIdentity: false },
    ...options.config,
  };
  const served = await serve(config, {
    audience: 'own',
    log: { write: (line) => void logged.push(line) },
    signal: never,
    onProgress: () => {},
    waiting: { clock, random: () => 0 },
  });
  const ask = async (call: string, body?: unknown, token = served.operatorKey): Promise<Answer> => {
    const [method = 'GET', path = '/'] = call.split(' ', 2);
    const response = await fetch(served.url + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, text, json: jsonOf(text) };
  };
  return {
    local,
    own,
    admin,
    operatorKey: served.operatorKey,
    url: served.url,
    home,
    logged,
    waitedMs: () => waitedMs,
    ask,
    async client(name, ...grants) {
      const scopes = ['query', 'schemas:read', 'catalog:read'];
      const { clientId, clientSecret } = (await ask('POST /v1/clients', { name, scopes })).json.data;
      for (const grant of grants) {
        const [code, object = ''] = grant.split(' ');
        const [schema, table] = object.split('.');
        const made = await ask('POST /v1/grants', {
          grantee: { kind: 'principal', id: clientId },
          schema,
          table,
          code,
        });
        if (made.status !== 200) throw new Error(made.text);
      }
      return (await ask('POST /v1/auth/token', { clientId, clientSecret })).json.data.accessToken;
    },
    async close() {
      await served.close();
      admin.close();
      await local.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function adminOf(local: LocalAwsUnderTest): Promise<DynamodbConnectionHandle> {
  const keys = await local.aws.accounts.putUser({
    account: PLACE.account,
    name: 'admin',
    policies: { Only: policyOf(['Allow', 'dynamodb:*', '*']) },
  });
  const { dynamodbEndpoint: endpoint } = local.aws;
  return connectDynamodb({ region: PLACE.region, endpoint, credentials: { kind: 'keys', ...keys } });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
