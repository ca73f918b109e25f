import { expect, it } from 'vitest';
import { auditContent } from './audit-content.js';
import { makeEvent } from './testing/make-audit.js';

it('a record tells what an act of administration was about, whatever is redacted, and apart from the statement', () => {
  const { statement, ...act } = makeEvent({ kind: 'grant.create', subject: "R on demo.orders for principal 'c-17'" });
  for (const literals of ['keep', 'redact'] as const) {
    const { statement: asked, subject } = auditContent(act, literals);
    expect({ asked, subject }).toEqual({ asked: null, subject: "R on demo.orders for principal 'c-17'" });
  }
  expect(auditContent({ ...act, statement: "select 'c-17'" }, 'redact').statement).toBe('select ?');
  const { subject, ...neither } = act;
  expect([statement === undefined, subject === undefined]).toEqual([false, false]);
  expect(auditContent(neither, 'keep').subject).toBeNull();
});
