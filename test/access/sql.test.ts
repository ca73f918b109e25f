import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AccessCode } from '../../src/access/access-code.js';
import type { Grant } from '../../src/access/grant.js';
import type { Principal } from '../../src/access/principal.js';
import { PrincipalAccess } from '../../src/access/statement-access.js';
import { openTestGateway, type TestGateway } from '../support/test-gateway.js';

const READER: Principal = { kind: 'client', id: 'c1', name: 'reader', groups: [], scopes: new Set(), isAdmin: false };

let gateway: TestGateway;

beforeAll(async () => {
  const table = (name: string) => ({
    name,
    partitionKey: { name: 'id', type: 'S' as const },
    items: [{ id: { S: 'a' }, v: { N: '1' } }],
  });
  gateway = await openTestGateway({ tables: ['open', 'secret', 'inbox'].map(table) });
});

afterAll(() => gateway.close());

/** `schema` or `schema.table` to code. */
function granted(codes: Readonly<Record<string, AccessCode>>): PrincipalAccess {
  const grants = Object.entries(codes).map(([object, code], i): Grant => {
    const [schema = '', table] = object.split('.');
    const target = table === undefined ? { schema } : { schema, table };
    return { id: String(i), grantee: { kind: 'principal', id: READER.id }, ...target, code, source: 'store' };
  });
  return new PrincipalAccess(READER, () => grants);
}

async function failure(sql: string, access: PrincipalAccess) {
  const error = await gateway.ask(sql, { access }).catch((reason: unknown) => reason);
  const { code, message, detail, hint, position } = error as Record<string, unknown>;
  return { code, message, detail, hint, position };
}

describe('SQL under grants', () => {
  it('reads what is granted, by schema or by table', async () => {
    for (const access of [granted({ test: 'R' }), granted({ 'test.open': 'RW' })]) {
      expect((await gateway.ask("SELECT v FROM open WHERE id = 'a'", { access })).rows).toEqual([[1n]]);
      expect((await gateway.ask('SELECT count(*) FROM open', { access })).rows).toEqual([[1n]]);
    }
  });

  it('answers for a hidden table exactly as for one that does not exist', async () => {
    const access = granted({ test: 'R', 'test.secret': 'none' });
    const hidden = await failure('SELECT * FROM secret', access);
    const missing = await failure('SELECT * FROM secreX', access);
    expect(hidden.code).toBe('TABLE_NOT_FOUND');
    expect(JSON.stringify(hidden).replaceAll('secret', 'secreX')).toBe(JSON.stringify(missing));
    const nothing = granted({});
    expect(await failure('SELECT * FROM test.open', nothing)).toMatchObject({ code: 'SCHEMA_NOT_FOUND' });
  });

  it('denies by every road: joins, subqueries, common table expressions, DESCRIBE, EXPLAIN, whole keys', async () => {
    const access = granted({ test: 'R', 'test.inbox': 'W' });
    for (const sql of [
      'SELECT * FROM inbox',
      "SELECT * FROM inbox WHERE id = 'a'",
      'SELECT count(*) FROM inbox',
      'SELECT o.v FROM open o JOIN inbox i USING (id)',
      'SELECT v FROM open WHERE id IN (SELECT id FROM inbox)',
      'WITH x AS (FROM inbox) SELECT 1 FROM x',
      'SELECT EXISTS (FROM inbox)',
      'EXPLAIN ANALYZE SELECT * FROM inbox',
      'EXPLAIN SELECT * FROM inbox',
      'DESCRIBE inbox',
      'SUMMARIZE inbox',
      'TABLE inbox',
      'SELECT 1 WHERE false AND EXISTS (FROM inbox)',
    ]) {
      expect(await failure(sql, access), sql).toMatchObject({ code: 'ACCESS_DENIED' });
    }
  });

  it('shows nothing of hidden tables in information_schema, SHOW TABLES and suggestions', async () => {
    const access = granted({ 'test.open': 'R', 'test.inbox': 'W' });
    const tables = await gateway.ask('SELECT table_name FROM information_schema.tables ORDER BY 1', { access });
    expect(tables.rows).toEqual([['inbox'], ['open']]);
    expect(String((await gateway.ask('SHOW TABLES', { access })).rows)).not.toContain('secret');
    const columns = await gateway.ask('SELECT DISTINCT table_name FROM information_schema.columns', { access });
    expect(String(columns.rows)).not.toContain('secret');
    expect(JSON.stringify(await failure('SELECT * FROM secre', access))).not.toContain('secret');
  });

  it('decides before anything is asked of a table, and tells every decision', async () => {
    const told: unknown[] = [];
    const access = new PrincipalAccess(
      READER,
      () => [{ id: '1', grantee: { kind: 'principal', id: 'c1' }, schema: 'test', code: 'R', source: 'store' }],
      { onDecision: (tables, decision) => told.push([tables, decision.allowed]) },
    );
    await gateway.ask('SELECT count(*) FROM open', { access });
    expect(told).toEqual([[[{ schema: 'test', table: 'open' }], true]]);
  });
});
