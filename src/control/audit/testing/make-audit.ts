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
