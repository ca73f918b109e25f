import type { Grant } from '../../access/grant.js';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { ErrorCode } from '../../base/errors/registry.js';
import type { AuditEvent, AuditedPrincipal, AuditTrail, FrontEnd } from '../audit/audit-event.js';

/** Where acts are recorded. */
export interface Recording {
  readonly trail: AuditTrail;
  readonly frontEnd: FrontEnd;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Who acts, and by which request. */
export interface Actor {
  readonly requestId: string;
  readonly principal: AuditedPrincipal;
}

export interface Act {
  /** Such as `grant.create`. */
  readonly kind: string;
  /** What it is about, in words with ids; never a secret. */
  readonly subject: string;
  /** As `schema.table`. */
  readonly tables?: readonly string[];
}

/**
 * Does what changes something, between a record that it begins and one of how it ended, so that nothing is changed or answered
 * that is not recorded. `subjectOf` tells what is known only afterwards, such as a new id. Throws what the work throws, and the
 * errors of the trail.
 */
export async function recordChange<T>(
  recording: Recording,
  actor: Actor,
  change: Act & { readonly work: () => Promise<T>; readonly subjectOf?: (result: T) => string },
): Promise<T> {
  const began = recording.now();
  const record = (end: Partial<AuditEvent>) => recordAct(recording, actor, { ...change, began }, end);
  await record({ outcome: 'begun' });
  let result: T;
  try {
    result = await change.work();
  } catch (error) {
    await record({ outcome: 'failed', errorCode: codeOf(error) });
    throw error;
  }
  await record(change.subjectOf === undefined ? {} : { subject: change.subjectOf(result) });
  return result;
}

/** Records an act that has ended. It is taken for allowed and well ended unless `end` says otherwise. */
export async function recordAct(
  { trail, frontEnd, now }: Recording,
  { requestId, principal: { kind, id, name } }: Actor,
  act: Act & { readonly began: number },
  end: Partial<AuditEvent> = {},
): Promise<void> {
  await trail.record({
    at: new Date(act.began),
    requestId,
    principal: { kind, id, name },
    frontEnd,
    kind: act.kind,
    subject: act.subject,
    tables: act.tables ?? [],
    verbs: [],
    decision: 'allowed',
    decidedBy: [],
    accessPaths: [],
    rows: 0,
    bytes: 0,
    durationMs: now() - act.began,
    outcome: 'ok',
    spent: [],
    ...end,
  });
}

export function codeOf(error: unknown): ErrorCode {
  return error instanceof HeadgateError ? error.code : 'INTERNAL';
}

/** `R on demo.orders (file:1)` */
export function grantInWords({ id, code, schema, table }: Grant): string {
  return `${code} on ${table === undefined ? schema : `${schema}.${table}`} (${id})`;
}
