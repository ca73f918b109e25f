import fc from 'fast-check';
import { createSealer, type Sealer } from '../../store/seal.js';
import { newSealingKey } from '../../store/sealing-keys.js';
import type { AuditEvent } from '../audit-event.js';

/** An ordinary event, with what a test cares about. */
export function makeEvent(parts: Partial<AuditEvent> = {}): AuditEvent {
  return {
    at: new Date('2026-02-03T04:05:06.789Z'),
    requestId: 'request-1',
    principal: { kind: 'client', id: '6f2c1b1e-1111-4222-8333-444455556666', name: 'agent' },
    frontEnd: 'http',
    kind: 'select',
    statement: "select * from demo.orders where customer = 'c-17' and total > 12.5",
    tables: ['demo.orders'],
    verbs: ['Query'],
    decision: 'allowed',
    decidedBy: ['R on demo (file:1)'],
    accessPaths: ['demo.orders: query by_customer'],
    rows: 10,
    bytes: 1234,
    durationMs: 12.345,
    outcome: 'ok',
    spent: [{ schema: 'demo', table: 'orders', readUnits: 2.5, writeUnits: 0, dollars: 0.0000003125 }],
    ...parts,
  };
}

/** A number of events, told apart by their request ids. */
export function makeEvents(count: number, parts: Partial<AuditEvent> = {}): readonly AuditEvent[] {
  return Array.from({ length: count }, (_, index) => makeEvent({ requestId: `request-${index + 1}`, ...parts }));
}

export function makeSealer(): Sealer {
  return createSealer([newSealingKey()]);
}

const text = fc.oneof(fc.string({ maxLength: 20 }), fc.string({ unit: 'binary', maxLength: 20 }), anyUtf16());
const texts = fc.array(text, { maxLength: 4 });
const amount = fc.double({ min: 0, max: 1e15, noNaN: true });

/** Any event at all: every character (halves of pairs and NUL too), every number that is one. */
export const anyEvent: fc.Arbitrary<AuditEvent> = fc.record<AuditEvent>(
  {
    at: fc.date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    }),
    requestId: fc.oneof(text, fc.string({ minLength: 500, maxLength: 5000 })),
    principal: fc.record({ kind: fc.constantFrom('user', 'client', 'local'), id: text, name: text }),
    frontEnd: fc.constantFrom('cli', 'http', 'dynamodb', 'portal'),
    kind: text,
    statement: text,
    tables: texts,
    verbs: texts,
    decision: fc.constantFrom('allowed', 'refused'),
    decidedBy: texts,
    accessPaths: texts,
    rows: fc.nat(),
    bytes: fc.nat(),
    durationMs: amount,
    outcome: fc.constantFrom('ok', 'begun', 'failed'),
    errorCode: fc.constantFrom('ACCESS_DENIED', 'TIMEOUT'),
    roleSession: text,
    spent: fc.array(fc.record({ schema: text, table: text, readUnits: amount, writeUnits: amount, dollars: amount }), {
      maxLength: 3,
    }),
  },
  {
    requiredKeys: [
      'at',
      'requestId',
      'principal',
      'frontEnd',
      'kind',
      'tables',
      'verbs',
      'decision',
      'decidedBy',
      'accessPaths',
      'rows',
      'bytes',
      'durationMs',
      'outcome',
      'spent',
    ],
  },
);

function anyUtf16(): fc.Arbitrary<string> {
  const codes = fc.array(fc.oneof(fc.constantFrom(0, 0xd800, 0xdfff, 34, 92, 0x2028), fc.nat(0xffff)), {
    maxLength: 10,
  });
  return codes.map((units) => String.fromCharCode(...units));
}
