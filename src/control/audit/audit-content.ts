import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { AuditEvent } from './audit-event.js';
import type { AuditContent } from './audit-record.js';
import { redactLiterals } from './redact-literals.js';

/** What becomes of the literals of statements: `?` takes their place, or they stay. */
export type LiteralsSetting = 'redact' | 'keep';

/** Characters of a statement that are kept. */
export const LONGEST_STATEMENT = 32_768;

/**
 * The event as it is kept. Texts are cut where they are too long, and lose what a store cannot hold. Throws INTERNAL when a
 * number or the time is none, which would be a mistake of whoever made the event.
 */
export function auditContent(event: AuditEvent, literals: LiteralsSetting): AuditContent {
  const { principal, errorCode, roleSession } = event;
  const spent = event.spent.map(({ schema, table, ...amounts }) => ({
    schema: shortText(schema),
    table: shortText(table),
    readUnits: amount('readUnits', amounts.readUnits),
    writeUnits: amount('writeUnits', amounts.writeUnits),
    dollars: amount('dollars', amounts.dollars),
  }));
  return {
    at: timeText(event.at),
    requestId: shortText(event.requestId),
    principalKind: principal.kind,
    principalId: shortText(principal.id),
    principalName: shortText(principal.name),
    frontEnd: event.frontEnd,
    kind: shortText(event.kind),
    statement: whatWasAsked(event, literals),
    tables: event.tables.map(pairText),
    verbs: event.verbs.map(shortText),
    decision: event.decision,
    decidedBy: event.decidedBy.map(pairText),
    accessPaths: event.accessPaths.map(pairText),
    spent,
    readUnits: sum(spent.map(({ readUnits }) => readUnits)),
    writeUnits: sum(spent.map(({ writeUnits }) => writeUnits)),
    rows: whole('rows', event.rows),
    bytes: whole('bytes', event.bytes),
    durationMs: amount('durationMs', event.durationMs),
    outcome: event.outcome,
    errorCode: errorCode ?? null,
    roleSession: roleSession === undefined ? null : shortText(roleSession),
  };
}

/** The longest name in DynamoDB and in the API; a row of an index holds a few of them, but not kilobytes. */
const LONGEST_NAME = 255;

function shortText(text: string): string {
  return cut(text, LONGEST_NAME);
}

/** Room for a schema and a table, and some words. */
function pairText(text: string): string {
  return cut(text, 2 * LONGEST_NAME + 1);
}

function cut(text: string, longest: number): string {
  return wellFormed(text.length > longest ? `${text.slice(0, longest - 1)}…` : text);
}

/** The statement; of an act, which has none, what it was about. */
function whatWasAsked({ statement, subject }: AuditEvent, literals: LiteralsSetting): string | null {
  if (statement !== undefined) return statementText(statement, literals);
  return subject === undefined ? null : cut(subject, LONGEST_STATEMENT);
}

/** Literals go before the cut, which could leave half of one. */
function statementText(statement: string, literals: LiteralsSetting): string {
  const text = literals === 'redact' ? redactLiterals(statement) : statement;
  if (text.length <= LONGEST_STATEMENT) return wellFormed(text);
  const note = ` … [the first ${LONGEST_STATEMENT} of ${text.length} characters]`;
  return wellFormed(text.slice(0, LONGEST_STATEMENT)) + note;
}

/** PostgreSQL's text holds no NUL, and UTF-8 no half of a surrogate pair. */
function wellFormed(text: string): string {
  return Buffer.from(text.replaceAll('\0', '\ufffd'), 'utf8').toString('utf8');
}

function timeText(at: Date): string {
  const text = Number.isNaN(at.getTime()) ? '' : at.toISOString();
  // Years of more than four digits have another form.
  if (text.length !== 24) throw malformed('at', at.getTime());
  return text;
}

function amount(field: string, value: number): number {
  if (!Number.isFinite(value) || value < 0) throw malformed(field, value);
  // Minus zero, which JSON does not know, becomes zero.
  return value + 0;
}

function whole(field: string, value: number): number {
  if (!Number.isSafeInteger(value)) throw malformed(field, value);
  return amount(field, value);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function malformed(field: string, value: number): HeadgateError {
  return new HeadgateError('INTERNAL', `An audit event says ${value} in ${field}.`, {
    hint: 'Please report this with what you did.',
  });
}
