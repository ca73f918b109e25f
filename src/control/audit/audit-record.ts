import { createHash } from 'node:crypto';
import type { AuditEvent, SpentOnTable } from './audit-event.js';

/**
 * An event as it is kept, in the store, in files and on standard output alike: flat, only of what JSON can say, every field
 * always there.
 */
export interface AuditRecord {
  /** Counts from 1 without a gap. */
  readonly sequence: number;
  /** ISO 8601 in UTC, to the millisecond. */
  readonly at: string;
  readonly requestId: string;
  readonly principalKind: string;
  readonly principalId: string;
  readonly principalName: string;
  readonly frontEnd: string;
  readonly kind: string;
  readonly statement: string | null;
  readonly subject: string | null;
  readonly tables: readonly string[];
  readonly verbs: readonly string[];
  readonly decision: AuditEvent['decision'];
  readonly decidedBy: readonly string[];
  readonly accessPaths: readonly string[];
  readonly spent: readonly SpentOnTable[];
  /** Sums of what was spent. */
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly rows: number;
  readonly bytes: number;
  readonly durationMs: number;
  readonly outcome: AuditEvent['outcome'];
  readonly errorCode: string | null;
  readonly roleSession: string | null;
  /** Hash of the record before; `NO_RECORD.hash` in the first. */
  readonly previousHash: string;
  /** SHA-256 of `canonicalText`, in hexadecimal. */
  readonly hash: string;
}

/** A record that has no place in the chain yet. */
export type AuditContent = Omit<AuditRecord, 'sequence' | 'previousHash' | 'hash'>;

/** One end of a chain: a record by its number and hash. */
export interface ChainEnd {
  readonly sequence: number;
  readonly hash: string;
}

/** What the first record follows. */
export const NO_RECORD: ChainEnd = { sequence: 0, hash: '0'.repeat(64) };

/** The record that follows `previous`. */
export function chainRecord(content: AuditContent, previous: ChainEnd): AuditRecord {
  const record = { ...content, sequence: previous.sequence + 1, previousHash: previous.hash };
  return { ...record, hash: hashOf(record) };
}

/** SHA-256 of the canonical text. */
export function hashOf(record: Omit<AuditRecord, 'hash'>): string {
  return sha256(canonicalText(record));
}

/**
 * What is hashed: the record as JSON without spaces, its fields in this order, without the hash. A record as a line is the
 * same text with the hash as its last field, so a line can be checked with nothing but SHA-256.
 */
export function canonicalText(record: Omit<AuditRecord, 'hash'>): string {
  return JSON.stringify({
    sequence: record.sequence,
    at: record.at,
    requestId: record.requestId,
    principalKind: record.principalKind,
    principalId: record.principalId,
    principalName: record.principalName,
    frontEnd: record.frontEnd,
    kind: record.kind,
    statement: record.statement,
    subject: record.subject,
    tables: record.tables,
    verbs: record.verbs,
    decision: record.decision,
    decidedBy: record.decidedBy,
    accessPaths: record.accessPaths,
    spent: record.spent,
    readUnits: record.readUnits,
    writeUnits: record.writeUnits,
    rows: record.rows,
    bytes: record.bytes,
    durationMs: record.durationMs,
    outcome: record.outcome,
    errorCode: record.errorCode,
    roleSession: record.roleSession,
    previousHash: record.previousHash,
  });
}

/** The record as one line of JSON, with its line feed. */
export function recordLine(record: AuditRecord): string {
  return `${canonicalText(record).slice(0, -1)},"hash":"${record.hash}"}\n`;
}

/** What a line says: a record, one whose hash is not right (with its number, if it has one), or no whole record. */
export type LineReading =
  | { readonly kind: 'record'; readonly record: AuditRecord }
  | { readonly kind: 'changed'; readonly record: AuditRecord | undefined }
  | { readonly kind: 'fragment' };

/** Reads a line, given without its line feed. */
export function readLine(line: string): LineReading {
  const [ending, hash] = LINE_ENDING.exec(line) ?? [];
  if (ending === undefined) return { kind: 'fragment' };
  const record = parseRecord(line);
  const unchanged = sha256(`${line.slice(0, -ending.length)}}`) === hash;
  return record !== undefined && unchanged ? { kind: 'record', record } : { kind: 'changed', record };
}

function parseRecord(line: string): AuditRecord | undefined {
  try {
    // What has the right hash was written by us; of anything else only the number and the hash are used.
    const record = JSON.parse(line) as AuditRecord;
    return Number.isSafeInteger(record.sequence) ? record : undefined;
  } catch {
    return undefined;
  }
}

const LINE_ENDING = /,"hash":"([0-9a-f]{64})"\}$/;

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
