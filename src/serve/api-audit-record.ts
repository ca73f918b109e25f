import type { AuditRecord } from '../control/audit/audit-record.js';
import type { AuditRecord as ApiRecord } from '../wire/http/contract/usage.js';

/** A record as the API shows it. */
export function apiAuditRecord(record: AuditRecord): ApiRecord {
  const { sequence, at, requestId, frontEnd, kind, statement, readUnits, writeUnits, rows, bytes, durationMs, hash } =
    record;
  const { principalKind, principalId, principalName, decision, decidedBy, outcome, errorCode, roleSession } = record;
  return {
    sequence,
    time: at,
    requestId,
    principal: { kind: kindOf(principalKind), id: principalId, name: principalName },
    frontEnd,
    kind,
    ...(statement === null ? {} : { statement }),
    ...(record.subject === null ? {} : { subject: record.subject }),
    tables: [...record.tables],
    verbs: [...record.verbs],
    decision: { allowed: decision === 'allowed', grants: [...decidedBy] },
    accessPaths: [...record.accessPaths],
    readUnits,
    writeUnits,
    rows,
    bytes,
    durationMs,
    outcome: errorCode ?? outcome,
    ...(roleSession === null ? {} : { roleSession }),
    hash,
  };
}

/** The store holds what some version of Headgate wrote. */
function kindOf(text: string): ApiRecord['principal']['kind'] {
  return text === 'user' || text === 'client' ? text : 'local';
}
