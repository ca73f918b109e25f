import fc from 'fast-check';
import type { AuditEvent } from '../audit-event.js';

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
