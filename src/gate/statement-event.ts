import type { Grant } from '../access/grant.js';
import { grantInShort } from '../access/grant.js';
import type { Principal } from '../access/principal.js';
import { HeadgateError } from '../base/errors/headgate-error.js';
import type { ErrorCode } from '../base/errors/registry.js';
import type { AuditEvent, FrontEnd, SpentOnTable } from '../control/audit/audit-event.js';
import type { AccessPathKind, StatementPlan } from '../query/plan/statement-plan.js';
import type { ReadSummary, StatementSummary } from '../query/statement.js';

/** Who asks, and by which request. */
export interface Caller {
  readonly principal: Principal;
  readonly requestId: string;
}

/** What is known of a statement when it ends. */
export interface EndedStatement {
  readonly caller: Caller;
  readonly frontEnd: FrontEnd;
  readonly kind: 'select' | 'plan';
  readonly sql: string;
  readonly at: Date;
  readonly durationMs: number;
  /** Tables and grants of the decision; undefined when it ended before one was made. */
  readonly decision: { readonly tables: readonly string[]; readonly grants: readonly Grant[] } | undefined;
  readonly summary: StatementSummary | undefined;
  readonly plan: StatementPlan | undefined;
  readonly bytes: number;
  readonly error: unknown;
  /** The role sessions by which tables were read, where there were any. */
  readonly roleSession: string | undefined;
}

/** The audit record of a statement. */
export function statementEvent(ended: EndedStatement): AuditEvent {
  const { caller, frontEnd, kind, sql, at, durationMs, decision, summary, plan, bytes, error, roleSession } = ended;
  const { kind: principalKind, id, name } = caller.principal;
  const reads = summary?.reads ?? [];
  const errorCode = codeOf(error);
  return {
    at,
    requestId: caller.requestId,
    principal: { kind: principalKind, id, name },
    frontEnd,
    kind,
    statement: sql,
    tables: decision?.tables ?? [...new Set(plan?.references.map(({ table }) => table) ?? [])],
    verbs: [...new Set(reads.flatMap(({ path }) => VERBS[path]))],
    decision: errorCode !== undefined && REFUSALS.has(errorCode) ? 'refused' : 'allowed',
    decidedBy: decision?.grants.map(grantInShort) ?? [],
    accessPaths: reads.map(pathInWords),
    rows: summary?.rows ?? 0,
    bytes,
    durationMs,
    outcome: error === undefined ? 'ok' : 'failed',
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(roleSession === undefined ? {} : { roleSession }),
    spent: reads.map(spentOn),
  };
}

/** A table that may not be seen is reported as missing; the record tells both as refused, because a name was tried in vain. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set([
  'ACCESS_DENIED',
  'TABLE_NOT_FOUND',
  'SCHEMA_NOT_FOUND',
  'RATE_LIMITED',
]);

const VERBS: Readonly<Record<AccessPathKind, readonly string[]>> = {
  get: ['GetItem'],
  'batch-get': ['BatchGetItem'],
  query: ['Query'],
  'index-query': ['Query'],
  'index-scan': ['Scan'],
  scan: ['Scan'],
  lookup: ['BatchGetItem', 'Query'],
  catalog: [],
  none: [],
};

function pathInWords({ table, index, path }: ReadSummary): string {
  return `${table}: ${path}${index === undefined ? '' : ` ${index}`}`;
}

function spentOn({ table, readUnits, dollars }: ReadSummary): SpentOnTable {
  // Names of schemas have no dot, those of tables may.
  const dot = table.indexOf('.');
  return { schema: table.slice(0, dot), table: table.slice(dot + 1), readUnits, writeUnits: 0, dollars };
}

function codeOf(error: unknown): ErrorCode | undefined {
  if (error === undefined) return undefined;
  return error instanceof HeadgateError ? error.code : 'INTERNAL';
}
