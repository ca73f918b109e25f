import { grantInShort } from '../access/grant.js';
import type { AuditEvent, FrontEnd } from '../control/audit/audit-event.js';
import type { OperationRecord } from '../operations/context.js';
import type { Caller } from './statement-event.js';

/** The audit record of one call of DynamoDB's. */
export function operationEvent(
  { principal, requestId }: Caller,
  frontEnd: FrontEnd,
  record: OperationRecord,
): AuditEvent {
  const { kind, id, name } = principal;
  const { verb, tables, grants, ...same } = record;
  const names = tables.map(({ schema, table }) => `${schema}.${table}`);
  return {
    ...same,
    requestId,
    principal: { kind, id, name },
    frontEnd,
    kind: verb,
    tables: [...new Set(names)],
    verbs: [verb],
    decidedBy: grants.map(grantInShort),
  };
}
