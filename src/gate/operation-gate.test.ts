import { beforeEach, describe, expect, it } from 'vitest';
import { makePrincipal } from '../access/testing/make-access.js';
import { HeadgateError } from '../base/errors/headgate-error.js';
import type { AuditEvent } from '../control/audit/audit-event.js';
import type { StatementPermit } from '../control/limits/statement-limiter.js';
import { rawJson } from '../operations/answer/error-answer.js';
import type { SchemaCall } from '../operations/context.js';
import { readOperation } from '../operations/run/operation.js';
import { fakeContext, SIGNAL } from '../operations/testing/fake-schema.js';
import { OperationGate, type OperationGateParts } from './operation-gate.js';

const caller = { principal: makePrincipal({ groups: [] }), requestId: 'R1', address: '192.0.2.1' };
const ITEM = { pk: { S: 'x' }, sk: { S: 'y' } };
const SCAN = operation({ verb: 'Scan', TableName: 'orders' });
const PUT = operation({ verb: 'PutItem', TableName: 'orders', Item: ITEM });

let events: AuditEvent[];
let left: number[];
beforeEach(() => {
  events = [];
  left = [];
});

function operation(json: object) {
  return readOperation(json, { plain: false });
}

interface GateOptions {
  readonly grants?: readonly string[];
  readonly answer?: (call: SchemaCall) => object;
  readonly permit?: Partial<StatementPermit>;
  readonly limits?: OperationGateParts['limits'];
}

function gate({ grants = ['ann A demo'], answer = () => ({}), permit = {}, limits }: GateOptions = {}) {
  const context = fakeContext({
    grants,
    answer: async (call) => rawJson(await answer(call), { status: 200, requestId: 'AWS' }),
  });
  const entering: OperationGateParts['limits'] = {
    enterStatement: async (_principal, asked) => ({ ...asked, ...permit, leave: (units) => left.push(units) }),
  };
  const contexts = {
    schemas: () => ['demo', 'other'],
    grants: () => context.grants(),
    now: () => context.now(),
    of: async () => ({ ...context, roleSession: () => undefined }),
  };
  const parts = { contexts, frontEnd: 'http', limits: limits ?? entering } as const;
  return {
    context,
    gate: new OperationGate({ ...parts, audit: { record: async (event) => void events.push(event) } }),
  };
}

const page = (rows: number, more: object = {}) => ({
  Items: Array.from({ length: rows }, () => ITEM),
  Count: rows,
  ConsumedCapacity: { TableName: 'orders', CapacityUnits: 10 },
  ...more,
});

describe('an operation', () => {
  it('is recorded with who, what, by which grant and what it cost, and leaves with its units', async () => {
    await gate({ answer: () => page(2) }).gate.run(caller, SCAN, SIGNAL);
    await gate({ grants: ['ann R demo'] })
      .gate.run(caller, PUT, SIGNAL)
      .catch(() => undefined);
    await gate({ answer: () => ({ ConsumedCapacity: { TableName: 'orders', CapacityUnits: 3 } }) }).gate.run(
      caller,
      PUT,
      SIGNAL,
    );
    expect(events).toMatchObject([
      {
        kind: 'Scan',
        verbs: ['Scan'],
        frontEnd: 'http',
        requestId: 'R1',
        principal: { name: 'ann' },
        tables: ['demo.orders'],
        decidedBy: ['A on demo (ann A demo)'],
        rows: 2,
        spent: [{ readUnits: 10 }],
      },
      { kind: 'PutItem', decision: 'refused', errorCode: 'ACCESS_DENIED', decidedBy: ['R on demo (ann R demo)'] },
      { kind: 'PutItem', outcome: 'begun' },
      { kind: 'PutItem', outcome: 'ok', spent: [{ writeUnits: 3 }] },
    ]);
    expect(left).toEqual([10, 0, 3]);
  });

  it('without a schema is in the only one that its principal may know of, and in none where there are several', async () => {
    expect((await gate().gate.run(caller, operation({ verb: 'ListTables' }), SIGNAL)).answer).toHaveProperty(
      'TableNames',
    );
    const both = gate({ grants: ['ann A demo', 'ann R other.orders'] }).gate;
    await expect(both.run(caller, SCAN, SIGNAL)).rejects.toMatchObject({ code: 'SCHEMA_NOT_FOUND' });
    await both.run(caller, operation({ verb: 'Scan', schema: 'other', TableName: 'orders' }), SIGNAL);
    const none = gate({ grants: [] }).gate;
    await expect(none.run(caller, SCAN, SIGNAL)).rejects.toMatchObject({ code: 'SCHEMA_NOT_FOUND' });
  });

  it('that may not enter is recorded as refused, and nothing is sent', async () => {
    const limits = {
      enterStatement: async () => {
        throw new HeadgateError('RATE_LIMITED', 'too many at once');
      },
    };
    const closed = gate({ limits });
    await expect(closed.gate.run(caller, PUT, SIGNAL)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    await expect(closed.gate.act(caller, { action: 'getItem', input: {} }, SIGNAL)).rejects.toThrow();
    await expect(closed.gate.forward(caller, { verb: 'Scan', body: Buffer.from('{}') }, SIGNAL)).rejects.toThrow();
    const streamed = closed.gate.stream(caller, SCAN, SIGNAL).next();
    await expect(streamed).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(events.map(({ kind, decision, errorCode }) => [kind, decision, errorCode])).toEqual(
      ['PutItem', 'getItem', 'Scan', 'Scan'].map((kind) => [kind, 'refused', 'RATE_LIMITED']),
    );
    expect(closed.context.sent).toEqual([]);
  });
});

describe('limits', () => {
  it('of units end a reading with where to go on, however it is asked for', async () => {
    const more = { LastEvaluatedKey: ITEM };
    const all = operation({ verb: 'Scan', TableName: 'orders', fetchAll: true });
    const { gate: limited } = gate({ answer: () => page(1, more), permit: { maxUnits: 25 } });
    const { answer, warnings } = await limited.run(caller, all, SIGNAL);
    expect(answer).toMatchObject({ Count: 3, LastEvaluatedKey: ITEM });
    expect(warnings).toEqual(['There may be more: the reading ended at maxUnits.']);
    const pages: unknown[] = [];
    for await (const each of limited.stream(caller, SCAN, SIGNAL)) pages.push(each.stoppedBy);
    expect(pages).toEqual([undefined, undefined, 'maxUnits']);
    const scan = { action: 'scanItems', input: { table: 'orders', fetchAll: true, maxUnits: 1000 } };
    expect((await limited.act(caller, scan, SIGNAL)).output).toMatchObject({ count: 3, stoppedBy: 'maxUnits' });
    expect(left).toEqual([30, 30, 30]);
  });

  it('of rows and bytes keep an answer back, and say so in its record, but never that of a write', async () => {
    const { gate: few } = gate({ answer: () => page(3), permit: { maxRows: 2 } });
    await expect(few.run(caller, SCAN, SIGNAL)).rejects.toMatchObject({ code: 'RESULT_TOO_LARGE' });
    const { gate: small } = gate({ answer: () => page(3), permit: { maxResultBytes: 20 } });
    await expect(small.run(caller, SCAN, SIGNAL)).rejects.toMatchObject({ code: 'RESULT_TOO_LARGE' });
    expect(events).toMatchObject([
      { outcome: 'failed', errorCode: 'RESULT_TOO_LARGE', spent: [{ readUnits: 10 }] },
      { outcome: 'failed', errorCode: 'RESULT_TOO_LARGE' },
    ]);
    const returning = operation({
      verb: 'ExecuteStatement',
      Statement: "DELETE FROM orders WHERE pk = 'x' RETURNING ALL OLD *",
    });
    expect((await small.run(caller, returning, SIGNAL)).answer).toHaveProperty('Items');
  });

  it('of time end what waits with TIMEOUT, and what is cancelled with CANCELLED', async () => {
    const answer = ({ signal }: SchemaCall) =>
      new Promise<object>((_, reject) => {
        const leave = () => reject(new HeadgateError('CANCELLED', 'aborted'));
        if (signal.aborted) leave();
        signal.addEventListener('abort', leave);
      });
    const { gate: brief } = gate({ answer, permit: { timeoutMs: 1 } });
    await expect(brief.run(caller, SCAN, SIGNAL)).rejects.toMatchObject({ code: 'TIMEOUT' });
    const controller = new AbortController();
    const running = gate({ answer }).gate.run(caller, SCAN, controller.signal);
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(events).toMatchObject([{ errorCode: 'TIMEOUT' }, { errorCode: 'CANCELLED' }]);
    expect(left).toEqual([0, 0]);
  });

  it('set aside the units of a page for one call, and what the reading asks for where it reads to the end', async () => {
    const asked: unknown[] = [];
    const limits: OperationGateParts['limits'] = {
      enterStatement: async (_principal, bounds) => {
        asked.push(bounds?.maxUnits);
        return { leave: () => undefined };
      },
    };
    const { gate: watched } = gate({ limits, answer: () => page(1) });
    await watched.run(caller, SCAN, SIGNAL);
    await watched.run(caller, operation({ verb: 'Scan', TableName: 'orders', fetchAll: true, maxUnits: 77 }), SIGNAL);
    await watched.act(caller, { action: 'listTables', input: {} }, SIGNAL);
    expect(asked).toEqual([256, 77, undefined]);
  });
});
