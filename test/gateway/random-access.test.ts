import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Served, serveGateway } from './support/served.js';
import { newClient, type TestClient } from './support/session.js';
import { openUpstream, plainTable, type Upstream } from './support/upstream.js';

const TABLES = ['aaa', 'bbb', 'ccc'];
const SCHEMAS = ['north', 'south'];
const CODES = ['R', 'W', 'RW', 'RA', 'RWA', 'A', 'none'] as const;
const CLIENTS = 8;
const GROUPS = 3;

interface Grant {
  readonly grantee: string;
  readonly schema: string;
  readonly table: string | undefined;
  readonly code: (typeof CODES)[number];
}

let upstream: Upstream;
let gateway: Served;
let clients: TestClient[];
let groups: string[];
/** Ids of groups by the id of a client. */
const memberships = new Map<string, string[]>();

beforeAll(async () => {
  upstream = await openUpstream(TABLES.map((name) => plainTable(name)));
  gateway = await serveGateway({ schemas: { north: upstream.endpoint, south: upstream.endpoint } });
  const { operator } = gateway;
  groups = [];
  for (let i = 0; i < GROUPS; i++) groups.push((await operator.must('POST /v1/groups', { name: `g${i}` })).id);
  clients = [];
  for (let i = 0; i < CLIENTS; i++) {
    // The bits of `i` are its groups: every combination once.
    const own = groups.filter((_, bit) => (i >> bit) % 2 === 1);
    const client = await newClient(operator, `c${i}`, { groups: own });
    clients.push(client);
    memberships.set(client.clientId, own);
  }
}, 240_000);
afterAll(async () => {
  await gateway?.close();
  await upstream?.close();
});

const object = fc.record({
  schema: fc.constantFrom(...SCHEMAS),
  table: fc.option(fc.constantFrom(...TABLES, 'absent'), { nil: undefined }),
});
const holder = fc.nat(CLIENTS + GROUPS - 1);
const grants = fc.uniqueArray(fc.record({ holder, object, code: fc.constantFrom(...CODES) }), {
  minLength: 1,
  maxLength: 14,
  selector: ({ holder, object }) => JSON.stringify([holder, object]),
});
const reference = fc.record({ schema: fc.constantFrom(...SCHEMAS), table: fc.constantFrom(...TABLES, 'absent') });
const question = fc.record({
  client: fc.nat(CLIENTS - 1),
  references: fc.array(reference, { minLength: 1, maxLength: 2 }),
  mode: fc.constantFrom('execute', 'plan', 'describe'),
});
const world = fc.record({ grants, questions: fc.array(question, { minLength: 50, maxLength: 50 }) });

it('1 000 random statements of random principals under random grants end as a model of the rules says', {
  timeout: 240_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(world, async (drawn) => {
      const held = drawn.grants.map(({ holder, object, code }) => ({ grantee: idOf(holder), ...object, code }));
      const ids = await Promise.all(held.map(put));
      try {
        await Promise.all(
          drawn.questions.map(async ({ client, references, mode }) => {
            const asker = clients[client] ?? clients[0];
            if (asker === undefined) throw new Error('There are no clients.');
            const tables = mode === 'describe' ? references.slice(0, 1) : references;
            expect([tables, mode, await outcome(asker, tables, mode)]).toEqual([
              tables,
              mode,
              expected(asker.clientId, tables, held),
            ]);
          }),
        );
      } finally {
        await Promise.all(ids.map((id) => gateway.operator.must(`DELETE /v1/grants/${id}`)));
      }
    }),
    { numRuns: 20, endOnFailure: true },
  );
});

type Reference = { readonly schema: string; readonly table: string };

async function outcome(client: TestClient, tables: readonly Reference[], mode: string): Promise<string> {
  const names = tables.map(({ schema, table }, i) => `${schema}.${table} t${i}`);
  const [first] = tables;
  const sql =
    mode === 'describe' ? `DESCRIBE ${first?.schema}.${first?.table}` : `SELECT count(*) FROM ${names.join(', ')}`;
  const { json } = await client.ask('POST /v1/query', { sql, mode: mode === 'plan' ? 'plan' : 'execute' });
  return json.success ? 'allowed' : json.error.code;
}

function idOf(holder: number): string {
  return clients[holder]?.clientId ?? groups[holder - CLIENTS] ?? '';
}

async function put({ grantee, schema, table, code }: Grant): Promise<string> {
  const kind = groups.includes(grantee) ? 'group' : 'principal';
  const where = table === undefined ? { schema } : { schema, table };
  return (await gateway.operator.must('POST /v1/grants', { grantee: { kind, id: grantee }, ...where, code })).id;
}

/** The rules of docs/access.md, written down once more and otherwise. */
function expected(client: string, tables: readonly Reference[], all: readonly Grant[]): string {
  const holders = [client, ...(memberships.get(client) ?? [])];
  const opened = tables.map(({ schema, table }) => codesOn(holders, { schema, table }, all));
  const isSchemaSeen = (schema: string) =>
    [...TABLES, 'absent', undefined].some((table) => codesOn(holders, { schema, table }, all).length > 0);
  // What may not be seen is not there: first schemas are looked for, then tables, and only then what may be done with them.
  if (!tables.every(({ schema }) => isSchemaSeen(schema))) return 'SCHEMA_NOT_FOUND';
  if (tables.some(({ table }, i) => opened[i]?.length === 0 || table === 'absent')) return 'TABLE_NOT_FOUND';
  return opened.every((codes) => codes.some((code) => code !== 'W')) ? 'allowed' : 'ACCESS_DENIED';
}

/** The codes other than `none` that count on the table for these holders together. */
function codesOn(
  holders: readonly string[],
  { schema, table }: { readonly schema: string; readonly table: string | undefined },
  all: readonly Grant[],
): readonly string[] {
  const own = all.filter((one) => holders.includes(one.grantee) && one.schema === schema);
  const onTable = table === undefined ? [] : own.filter((one) => one.table === table);
  const onSchema = own.filter((one) => one.table === undefined);
  if (onTable.some(({ code }) => code === 'none')) return [];
  const wide = onSchema.filter(({ grantee }) => !onTable.some((one) => one.grantee === grantee));
  const counted = onSchema.some(({ code }) => code === 'none') ? onTable : [...onTable, ...wide];
  return counted.map(({ code }) => code);
}
