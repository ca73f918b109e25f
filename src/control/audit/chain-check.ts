import { type AuditRecord, type ChainEnd, hashOf } from './audit-record.js';
import type { AuditProblem, AuditReport } from './audit-report.js';

/** Follows a chain record by record and notes what does not fit. */
export class ChainCheck {
  private readonly problems: AuditProblem[] = [];
  private problemCount = 0;
  private count = 0;
  private first: AuditRecord | undefined;
  private last: AuditRecord | undefined;

  /** `end` is what the next record should follow. */
  constructor(public end: ChainEnd) {}

  /** The next record; `unchanged` tells whether its hash is right, where that is known already. */
  add(record: AuditRecord, unchanged = hashOf(record) === record.hash): void {
    const expected = this.end.sequence + 1;
    this.count += 1;
    this.first ??= record;
    this.last = record;
    if (record.sequence < expected) this.note('added', record.sequence, 'the chain has gone on from there already');
    else if (record.sequence > expected) this.noteMissing(expected, record.sequence - 1);
    else if (record.previousHash !== this.end.hash) this.noteUnlinked(record);
    if (!unchanged) this.noteChanged(record);
    this.end = { sequence: record.sequence, hash: record.hash };
  }

  note(kind: AuditProblem['kind'], sequence: number, what: string): void {
    this.problemCount += 1;
    if (this.problems.length >= PROBLEMS_KEPT) return;
    this.problems.push({ kind, sequence, message: `Record ${sequence}: ${what}.` });
  }

  report(): AuditReport {
    const { first, last, count, problems, problemCount } = this;
    return {
      ok: problemCount === 0,
      count,
      ...(first === undefined ? {} : { first: { sequence: first.sequence, at: first.at } }),
      ...(last === undefined ? {} : { last: { sequence: last.sequence, at: last.at }, head: this.end }),
      problems,
      problemCount,
    };
  }

  get looked(): number {
    return this.count;
  }

  private noteMissing(from: number, to: number): void {
    this.note('missing', from, from === to ? 'it is missing' : `it and all up to ${to} are missing`);
  }

  private noteUnlinked(record: AuditRecord): void {
    if (this.count === 1) this.note('base', record.sequence, 'it does not follow what the chain begins with');
    else this.note('unlinked', record.sequence, 'it does not follow the record before it, one of the two was replaced');
  }

  private noteChanged(record: AuditRecord): void {
    const origin = this.problemCount < PROBLEMS_KEPT ? originOf(record) : undefined;
    if (origin === undefined) this.note('changed', record.sequence, 'its content is not what was recorded');
    else this.note('moved', record.sequence, `it was recorded as number ${origin}`);
  }
}

const PROBLEMS_KEPT = 100;
/** How far a record may have been moved to be recognized. */
const REACH = 200;

/** The number with which the hash of the record would be right. */
function originOf(record: AuditRecord): number | undefined {
  for (let distance = 1; distance <= REACH; distance += 1) {
    for (const sequence of [record.sequence - distance, record.sequence + distance]) {
      if (hashOf({ ...record, sequence }) === record.hash) return sequence;
    }
  }
  return undefined;
}
