import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestGateway, type TestGateway } from '../../test/support/test-gateway.js';
import type { Grant } from '../access/grant.js';
import { PrincipalAccess } from '../access/statement-access.js';
import { makeGrants, makePrincipal } from '../access/testing/make-access.js';
import { HeadgateError } from '../base/errors/headgate-error.js';
import type { AuditEvent } from '../control/audit/audit-event.js';
import type { StatementPermit } from '../control/limits/statement-limiter.js';
import type { ResultValue } from '../query/result.js';
import { type GateParts, StatementGate } from './statement-gate.js';

type Limits = GateParts['limits'];
const NO_LIMITS: Limits = { enterStatement: async (_principal, asked) => ({ ...asked, leave: () => undefined }) };

const NEVER = new AbortController().signal;
const MANY = 5000;
const caller = { principal: makePrincipal(), requestId: 'r1' };

let gateway: TestGateway;
let events: AuditEvent[];
let grants: readonly Grant[];
let auditFailure: Error | undefined;

beforeAll(async () => {
  const key = { name: 'id', type: 'S' as const };
  const items = Array.from({ length: MANY }, (_, i) => ({ id: { S: `k${i}` }, v: { N: String(i) } }));
  gateway = await openTestGateway({
    tables: [
      { name: 'open', partitionKey: key, items: [{ id: { S: 'a' }, v: { N: '1' } }] },
      { name: 'many', partitionKey: key, items },
      { name: 'secret', partitionKey: key, items: [] },
    ],
  });
});

afterAll(() => gateway.close());

beforeEach(() => {
  events = [];
  grants = makeGrants('ann R test', 'ann none test.secret');
  auditFailure = undefined;
});

function gate(limits: Limits = NO_LIMITS): StatementGate {
  return new StatementGate({
    engine: gateway.engine,
    frontEnd: 'http',
    accessOf: async (principal, onDecision) => new PrincipalAccess(principal, () => grants, { onDecision }),
    limits,
    usualMaxUnits: 1000,
    audit: {
      async record(event) {
        if (auditFailure !== undefined) throw auditFailure;
        events.push(event);
      },
    },
  });
}

async function rowsOf(sql: string, limits?: Limits): Promise<(readonly ResultValue[])[]> {
  const result = await gate(limits).run(caller, { sql }, NEVER);
  const rows: (readonly ResultValue[])[] = [];
  for await (const batch of result.batches) rows.push(...batch);
  return rows;
}

describe('a file of rows', () => {
  it('is given with its size recorded, and not at all when it has more rows or bytes than allowed', async () => {
    const exported = async (bounds: Partial<StatementPermit>) => {
      const limits = { enterStatement: async () => ({ ...bounds, leave: () => undefined }) };
      const { path } = await gate(limits).exportParquet(caller, { sql: 'SELECT v FROM open' }, NEVER);
      return await readFile(path);
    };
    const file = await exported({ maxRows: 1, maxResultBytes: 10_000 });
    expect(events).toMatchObject([{ outcome: 'ok', rows: 1, bytes: file.length }]);
    const before = await readdir(gateway.tempDirectory, { recursive: true });
    await expect(exported({ maxRows: 0 })).rejects.toMatchObject({ code: 'RESULT_TOO_LARGE' });
    await expect(exported({ maxResultBytes: file.length - 1 })).rejects.toMatchObject({ code: 'RESULT_TOO_LARGE' });
    auditFailure = new HeadgateError('STORE_UNAVAILABLE', 'away');
    await expect(exported({})).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(await readdir(gateway.tempDirectory, { recursive: true })).toEqual(before);
    expect(events.slice(1)).toMatchObject([{ errorCode: 'RESULT_TOO_LARGE' }, { errorCode: 'RESULT_TOO_LARGE' }]);
  });
});

describe('a statement that is allowed', () => {
  it('leaves one record with who, what, why, how and how much', async () => {
    expect(await rowsOf("SELECT v FROM open WHERE id = 'a'")).toEqual([[1n]]);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      requestId: 'r1',
      principal: { kind: 'client', id: 'ann', name: 'ann' },
      frontEnd: 'http',
      kind: 'select',
      statement: "SELECT v FROM open WHERE id = 'a'",
      tables: ['test.open'],
      verbs: ['GetItem'],
      decision: 'allowed',
      decidedBy: ['R on test (ann R test)'],
      accessPaths: ['test.open: get'],
      rows: 1,
      outcome: 'ok',
      spent: [{ schema: 'test', table: 'open', readUnits: 0.5, writeUnits: 0, dollars: expect.any(Number) }],
    });
    expect(events[0]?.durationMs).toBeGreaterThan(0);
  });

  it('is recorded before its last rows are given', async () => {
    const result = await gate().run(caller, { sql: 'SELECT * FROM open' }, NEVER);
    for await (const _ of result.batches) expect(events).toMatchObject([{ outcome: 'ok' }]);
  });

  it('leaves a record of its beginning too, when rows leave before its end is known', async () => {
    const result = await gate().run(caller, { sql: 'SELECT * FROM many' }, NEVER);
    const seen: number[] = [];
    for await (const _ of result.batches) seen.push(events.length);
    expect(seen[0]).toBe(1);
    expect(events).toMatchObject([
      { outcome: 'begun', spent: [] },
      { outcome: 'ok', rows: MANY },
    ]);
  });

  it('is recorded as plan when it is only planned', async () => {
    await gate().plan(caller, { sql: 'SELECT * FROM many' }, NEVER);
    expect(events).toMatchObject([{ kind: 'plan', outcome: 'ok', rows: 0, spent: [], tables: ['test.many'] }]);
  });

  it('is recorded when its rows go to a file', async () => {
    const exported = await gate().exportParquet(caller, { sql: 'SELECT * FROM many' }, NEVER);
    expect(exported.summary.rows).toBe(MANY);
    expect(events).toMatchObject([{ kind: 'select', outcome: 'ok', rows: MANY, verbs: ['Scan'] }]);
  });
});

describe('a statement that does not come to its end', () => {
  it.each([
    ['a hidden table', 'SELECT * FROM secret', 'TABLE_NOT_FOUND', 'refused'],
    ['a missing table', 'SELECT * FROM nowhere', 'TABLE_NOT_FOUND', 'refused'],
    ['bad SQL', 'SELEC 1', 'SQL_SYNTAX', 'allowed'],
    ['a value that cannot be cast', 'SELECT CAST(id AS INTEGER) FROM open', 'SQL_EXECUTION', 'allowed'],
  ])('is recorded with its reason: %s', async (_, sql, code, decision) => {
    await expect(rowsOf(sql)).rejects.toMatchObject({ code });
    expect(events).toMatchObject([{ outcome: 'failed', errorCode: code, decision, statement: sql }]);
  });

  it('is recorded with the grant that comes nearest, when a class is missing', async () => {
    grants = makeGrants('ann W test');
    await expect(rowsOf('SELECT * FROM open')).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    expect(events).toMatchObject([
      { decision: 'refused', tables: ['test.open'], decidedBy: ['W on test (ann W test)'], errorCode: 'ACCESS_DENIED' },
    ]);
  });

  it('is recorded with what it had spent, when it fails in the middle', async () => {
    await expect(rowsOf('SELECT CAST(id AS INTEGER) FROM many WHERE v >= 0')).rejects.toMatchObject({
      code: 'SQL_EXECUTION',
    });
    expect(events[0]?.spent[0]?.readUnits).toBe(7);
  });

  it('is recorded as cancelled when its rows are not wanted any more', async () => {
    const result = await gate().run(caller, { sql: 'SELECT * FROM many' }, NEVER);
    for await (const _ of result.batches) break;
    await result.close();
    expect(events).toMatchObject([{ outcome: 'begun' }, { outcome: 'failed', errorCode: 'CANCELLED' }]);
  });
});

describe('when the audit trail cannot be written', () => {
  beforeEach(() => {
    auditFailure = new HeadgateError('STORE_UNAVAILABLE', 'no store');
  });

  it('no rows are given', async () => {
    await expect(rowsOf('SELECT * FROM open')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(rowsOf('SELECT * FROM many')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  it('no plan is shown, and a refusal is no refusal without a trace', async () => {
    await expect(gate().plan(caller, { sql: 'SELECT 1' }, NEVER)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(rowsOf('SELECT * FROM secret')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });
});

describe('limits of a principal', () => {
  const limited = (entered: Partial<StatementPermit>, left: number[] = []): Limits => ({
    enterStatement: async () => ({ ...entered, leave: (units) => left.push(units) }),
  });

  it('stop a statement that has too many rows or bytes, or reads too much', async () => {
    await expect(rowsOf('SELECT * FROM many', limited({ maxRows: 10 }))).rejects.toMatchObject({
      code: 'RESULT_TOO_LARGE',
    });
    await expect(rowsOf('SELECT * FROM many', limited({ maxResultBytes: 1000 }))).rejects.toMatchObject({
      code: 'RESULT_TOO_LARGE',
    });
    await expect(rowsOf('SELECT * FROM many', limited({ maxUnits: 1 }))).rejects.toMatchObject({
      code: 'UNITS_EXCEEDED',
    });
    expect(events).toMatchObject([{ outcome: 'failed' }, { outcome: 'failed' }, { errorCode: 'UNITS_EXCEEDED' }]);
  });

  it('are told once what was spent, however it ended', async () => {
    const left: number[] = [];
    await rowsOf("SELECT v FROM open WHERE id = 'a'", limited({}, left));
    await rowsOf('SELECT CAST(id AS INTEGER) FROM open', limited({}, left)).catch(() => undefined);
    await rowsOf('SELECT * FROM secret', limited({}, left)).catch(() => undefined);
    expect(left).toEqual([0.5, 0.5, 0]);
  });

  it('refuse with a record', async () => {
    const closed: Limits = {
      enterStatement: async () => {
        throw new HeadgateError('RATE_LIMITED', 'too many at once');
      },
    };
    await expect(rowsOf('SELECT * FROM open', closed)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(events).toMatchObject([{ decision: 'refused', errorCode: 'RATE_LIMITED' }]);
  });
});

describe('rows of a kept result', () => {
  it('are given only as long as the grants that it was read under are there', async () => {
    const result = await gate().run(caller, { sql: 'SELECT * FROM many' }, NEVER);
    const { plan } = result;
    await result.close();
    await gate().authorizeKept(caller, { plan });
    grants = makeGrants('ann W test');
    await expect(gate().authorizeKept(caller, { plan })).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    grants = [];
    await expect(gate().authorizeKept(caller, { plan })).rejects.toMatchObject({ code: 'TABLE_NOT_FOUND' });
  });
});
