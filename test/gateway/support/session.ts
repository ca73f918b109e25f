export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: expectations look into answers of any form.
  readonly json: any;
}

export interface Asked {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Speaks to one gateway with one token. */
export class Session {
  constructor(
    readonly url: string,
    readonly token: string | undefined,
  ) {}

  /** `call`: `POST /v1/query`. Whatever the status. */
  async ask(call: string, body?: unknown, { headers = {}, signal }: Asked = {}): Promise<Answer> {
    const [method = '', path = ''] = call.split(' ');
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
  }

  /** The `data` of a call that must succeed. */
  // biome-ignore lint/suspicious/noExplicitAny: expectations look into answers of any form.
  async must(call: string, body?: unknown): Promise<any> {
    const { status, text, json } = await this.ask(call, body);
    if (status >= 300) throw new Error(`${call}: ${status} ${text}`);
    return json.data;
  }

  async query(sql: string, options: object = {}): Promise<Answer> {
    return await this.ask('POST /v1/query', { sql, options });
  }
}

export interface TestClient extends Session {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** A new client of the operator's gateway, signed in. */
export async function newClient(
  operator: Session,
  name: string,
  parts: { readonly scopes?: readonly string[]; readonly groups?: readonly string[] } = {},
): Promise<TestClient> {
  const scopes = parts.scopes ?? ['query', 'schemas:read', 'catalog:read'];
  const made = await operator.must('POST /v1/clients', { name, scopes, groups: parts.groups ?? [] });
  const { clientId, clientSecret } = made;
  const { accessToken } = await operator.must('POST /v1/auth/token', { clientId, clientSecret });
  return Object.assign(new Session(operator.url, accessToken), { clientId, clientSecret });
}

/** Grants the code on `schema` or `schema.table`; returns the id of the grant. */
export async function grant(operator: Session, grantee: object, code: string, object: string): Promise<string> {
  const [schema, table] = object.split('.');
  const body = { grantee, code, schema, ...(table === undefined ? {} : { table }) };
  return (await operator.must('POST /v1/grants', body)).id;
}

export function principal(client: { readonly clientId: string }): { readonly kind: 'principal'; readonly id: string } {
  return { kind: 'principal', id: client.clientId };
}
