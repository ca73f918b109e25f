import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Scope } from '../../src/access/principal.js';
import type { HeadgateConfig, LimitsConfig } from '../../src/config/headgate-config.js';
import { serve } from '../../src/serve/serve.js';
import type { AccessKeyWithSecret } from '../../src/wire/http/contract/access-keys.js';
import type { AuditRecord, UsageSummary } from '../../src/wire/http/contract/usage.js';

/** The whole gateway as `headgate up` serves it, on free ports, with its state in a temporary folder. */
export interface RealGateway {
  readonly url: string;
  readonly endpointUrl: string;
  /** As the operator, or as another whose token is given. Throws for answers that are no JSON. */
  ask(call: string, body?: unknown, token?: string): Promise<ApiAnswer>;
  /** A client with these scopes and grants, `RW demo` or `R demo.orders`; `keys` sign requests to the endpoint. */
  addClient(
    name: string,
    access: { readonly scopes?: readonly Scope[]; readonly grants: readonly string[] },
  ): Promise<TestClient>;
  /** Records of a client, in the order in which they were made. */
  audit(client: TestClient): Promise<readonly AuditRecord[]>;
  usage(): Promise<UsageSummary['totals']>;
  /** The lines of its log. */
  readonly logged: readonly Readonly<Record<string, unknown>>[];
  close(): Promise<void>;
}

export interface ApiAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: expectations look into answers of any form.
  readonly json: any;
}

export interface TestClient {
  readonly id: string;
  readonly token: string;
  readonly keys: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export interface RealGatewayOptions {
  /** Name of each schema to the URL of its DynamoDB. */
  readonly schemas: Readonly<Record<string, string>>;
  readonly limits?: LimitsConfig;
  readonly endpointPort?: number;
}

const NEVER = new AbortController().signal;

export async function openRealGateway(options: RealGatewayOptions): Promise<RealGateway> {
  const home = await mkdtemp(join(tmpdir(), 'headgate-real-'));
  const logged: Record<string, unknown>[] = [];
  const served = await serve(configOf(home, options), {
    audience: 'shared',
    signal: NEVER,
    onProgress: () => undefined,
    log: { write: (line) => void logged.push(JSON.parse(line)) },
  }).catch(async (error: unknown) => {
    await rm(home, { recursive: true, force: true });
    throw error;
  });
  const ask = async (call: string, body?: unknown, token = served.operatorKey): Promise<ApiAnswer> => {
    const [method = 'GET', path = '/'] = call.split(' ', 2);
    const response = await fetch(served.url + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, json: JSON.parse(await response.text()) };
  };
  /** The data of an answer that must be a success. */
  const dataOf = async (call: string, body?: unknown) => {
    const { status, json } = await ask(call, body);
    if (status !== 200) throw new Error(`${call}: ${JSON.stringify(json)}`);
    return json.data;
  };
  return {
    url: served.url,
    endpointUrl: served.endpointUrl ?? '',
    logged,
    ask,
    async addClient(name, { scopes = ['operations'], grants }) {
      const { clientId, clientSecret } = await dataOf('POST /v1/clients', { name, scopes });
      for (const grant of grants) {
        const [code, object = ''] = grant.split(' ');
        const [schema, ...table] = object.split('.');
        const target = table.length === 0 ? { schema } : { schema, table: table.join('.') };
        await dataOf('POST /v1/grants', { grantee: { kind: 'principal', id: clientId }, ...target, code });
      }
      const { accessToken } = await dataOf('POST /v1/auth/token', { clientId, clientSecret });
      const { keyId, secretAccessKey }: AccessKeyWithSecret = await dataOf(`POST /v1/clients/${clientId}/keys`);
      return { id: clientId, token: accessToken, keys: { accessKeyId: keyId, secretAccessKey } };
    },
    async audit({ id }) {
      const { items } = await dataOf(`GET /v1/audit?principal=${id}&limit=1000`);
      return items.toReversed();
    },
    async usage() {
      const today = new Date().toISOString().slice(0, 10);
      const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
      return (await dataOf(`GET /v1/usage/summary?startDate=${yesterday}&endDate=${today}`)).totals;
    },
    async close() {
      await served.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

function configOf(home: string, { schemas, limits = {}, endpointPort = 0 }: RealGatewayOptions): HeadgateConfig {
  return {
    source: { kind: 'file', path: join(home, 'headgate.yaml') },
    home,
    schemas: Object.entries(schemas).map(([name, url]) => ({
      name,
      endpoint: { kind: 'url', url },
      region: 'us-east-1',
      credentials: { kind: 'keys', accessKeyId: 'local', secretAccessKey: 'local' },
      tables: '*',
      columns: {},
      hideExpired: false,
      unitsPerSecond: {},
    })),
    limits,
    server: { host: '127.0.0.1', httpPort: 0, endpointPort, trustProxy: false, openMetrics: true },
    audit: { literals: 'keep' },
    store: {},
    aws: { trustPrincipal: 'caller', sourceIdentity: false },
  };
}
