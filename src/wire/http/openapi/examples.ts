/** What a call is shown with: a body, and values for the parameters of its path and query. */
export interface Example {
  readonly body?: unknown;
  readonly values?: Readonly<Record<string, string>>;
}

const ID = { id: '3f0c1d9e-8a7b-4c55-9f21-6f2f4d1b7a10' };
const QUERY_ID = { queryId: 'b1f7a3c2-5d64-4e8f-9a07-2c9e8d1f6b34' };

/** By the name of the call. Tests hold each to the schema of its call, and every call that takes a body to having one. */
export const EXAMPLES: Readonly<Record<string, Example>> = {
  postToken: { body: { clientId: ID.id, clientSecret: 'hgc_...' } },
  postRefresh: { body: { refreshToken: 'hgr_...' } },
  postSignIn: { body: { name: 'ada', password: 'correct horse battery staple' } },
  postSetUp: { body: { setupToken: 'hgs_...', password: 'correct horse battery staple' } },
  postSignOut: { body: { refreshToken: 'hgr_...' } },
  postQuery: {
    body: {
      sql: 'SELECT order_id, total FROM shop.orders WHERE status = $status ORDER BY total DESC LIMIT 500',
      params: { status: 'pending' },
      options: { maxRows: 100, responseType: 'object' },
    },
  },
  getQuery: { values: { ...QUERY_ID, resumeIdx: '100' } },
  deleteQuery: { values: QUERY_ID },
  postOperation: {
    body: {
      verb: 'Query',
      schema: 'shop',
      plain: true,
      fetchAll: true,
      TableName: 'orders',
      KeyConditionExpression: 'customer = :c',
      ExpressionAttributeValues: { ':c': 'C007' },
    },
  },
  postAction: {
    body: { schema: 'shop', table: 'orders', partitionKey: 'C007', sortKey: '2026-01-31' },
    values: { action: 'getItem' },
  },
  getSchema: { values: { schema: 'shop' } },
  createSchema: {
    body: {
      schemaName: 'shop',
      region: 'eu-central-1',
      accountId: '123456789012',
      tableAllowlist: ['orders', 'customers'],
    },
  },
  changeSchema: { body: { status: 'disabled' }, values: { schema: 'shop' } },
  removeSchema: { values: { schema: 'shop' } },
  rotateExternalId: { values: { schema: 'shop' } },
  getRole: { values: { schema: 'shop', format: 'cli' } },
  validateRole: { body: { format: 'ndjson' }, values: { schema: 'shop' } },
  listTables: { values: { schema: 'shop' } },
  getTable: { values: { schema: 'shop', table: 'orders' } },
  getUsage: { values: { startDate: '2026-01-01', endDate: '2026-01-31', groupBy: 'table' } },
  getAudit: { values: { schema: 'shop', limit: '20' } },
  createClient: { body: { name: 'nightly-report', scopes: ['query', 'usage:read'] } },
  changeClient: { body: { status: 'disabled' }, values: ID },
  rotateSecret: { values: ID },
  removeClient: { values: ID },
  listKeys: { values: ID },
  createKey: { values: ID },
  revokeKey: { values: { ...ID, keyId: 'HGKABCDEFGHIJKLMNOPQ' } },
  createUser: { body: { name: 'ada', groups: [ID.id] } },
  changeUser: { body: { isAdmin: true }, values: ID },
  removeUser: { values: ID },
  createGroup: { body: { name: 'analysts', members: [ID.id] } },
  changeGroup: { body: { members: [ID.id] }, values: ID },
  removeGroup: { values: ID },
  listGrants: { values: { schema: 'shop' } },
  createGrant: { body: { grantee: { kind: 'group', ...ID }, schema: 'shop', table: 'orders', code: 'R' } },
  removeGrant: { values: ID },
  setLimit: { body: { maxUnits: 5000, requestsPerMinute: 120 }, values: ID },
  removeLimit: { values: ID },
  getWhy: { values: { principal: 'nightly-report', verb: 'SELECT', schema: 'shop', table: 'orders' } },
};
