import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { insertAuditRecords, readAuditRecordsAfter } from '../store/audit-rows.js';
import type { Sealer } from '../store/seal.js';
import { STORE_KINDS, type TestStore } from '../store/testing/store-kinds.js';
import { type AuditRecord, chainRecord, NO_RECORD } from './audit-record.js';
import { openAuditTrail } from './open-audit-trail.js';
import { removeOldAudit } from './remove-old-audit.js';
import { makeEvents, makeSealer } from './testing/make-audit.js';
import { verifyAudit } from './verify-audit.js';

const COUNT = 30;

describe.each(STORE_KINDS.filter(({ available }) => available))('verifying audit records on $name', ({ open }) => {
  let opened: TestStore;
  let sealer: Sealer;
  beforeAll(async () => {
    opened = await open();
    sealer = makeSealer();
    await fill(COUNT);
    // Every test starts from this copy.
    await run('create schema kept; create table kept.records as table headgate.audit_records');
    await run('create table kept.settings as table headgate.settings');
  });
  afterAll(() => opened.remove());
  beforeEach(restore);

  const run = async (text: string): Promise<unknown> => await opened.store.execute(text);

  async function restore(): Promise<void> {
    await run(`begin; truncate headgate.audit_records, headgate.settings;
      insert into headgate.audit_records select * from kept.records;
      insert into headgate.settings select * from kept.settings; commit`);
  }

  async function fill(count: number): Promise<void> {
    const trail = openAuditTrail({ store: opened.store, sealer, literals: 'redact' });
    await Promise.all(makeEvents(count, { roleSession: 'agent' }).map((event) => trail.record(event)));
    await trail.close();
  }

  async function problems(): Promise<readonly (readonly [string, number])[]> {
    const report = await verifyAudit(opened.store, sealer);
    expect(report.ok).toBe(report.problems.length === 0);
    expect(report.problemCount).toBe(report.problems.length);
    return report.problems.map(({ kind, sequence }) => [kind, sequence] as const);
  }

  it('finds nothing where nothing was changed, and says from when to when', async () => {
    const progress: number[] = [];
    const report = await verifyAudit(opened.store, sealer, { onProgress: (count) => progress.push(count) });
    const [last] = await readAuditRecordsAfter(opened.store.db, COUNT - 1, 1);
    expect(report).toEqual({
      ok: true,
      count: COUNT,
      first: { sequence: 1, at: '2026-02-03T04:05:06.789Z' },
      last: { sequence: COUNT, at: '2026-02-03T04:05:06.789Z' },
      head: { sequence: COUNT, hash: last?.hash },
      problems: [],
      problemCount: 0,
    });
    expect(progress).toEqual([COUNT]);
  });

  it('finds nothing in an empty store', async () => {
    await run('truncate headgate.audit_records, headgate.settings');
    expect(await verifyAudit(opened.store, sealer)).toEqual({ ok: true, count: 0, problems: [], problemCount: 0 });
  });

  it.each([
    ['at', "at + interval '1 millisecond'"],
    ['at', "'infinity'"],
    ['request_id', "request_id || ' '"],
    ['principal_kind', "'user'"],
    ['principal_id', "'somebody'"],
    ['principal_name', "'somebody'"],
    ['front_end', "'cli'"],
    ['kind', "'plan'"],
    ['statement', "'select 1'"],
    ['statement', 'null'],
    ['tables', "'{demo.other}'"],
    ['tables', "'{}'"],
    ['tables', 'array[null]'],
    ['verbs', 'verbs || verbs'],
    ['decision', "'refused'"],
    ['decided_by', `'["A on demo (file:1)"]'`],
    ['access_paths', "'[]'"],
    ['spent', "'[]'"],
    ['spent', "'null'"],
    ['read_units', 'read_units + 1e-12'],
    ['read_units', "'NaN'"],
    ['write_units', "'-infinity'"],
    ['rows', 'rows + 1'],
    ['bytes', '9223372036854775807'],
    ['duration_ms', '0'],
    ['outcome', "'failed'"],
    ['error_code', "'TIMEOUT'"],
    ['role_session', 'null'],
    ['role_session', "''"],
  ])('finds that %s became %s', async (column, value) => {
    await run(`update headgate.audit_records set ${column} = ${value} where sequence = 7`);
    expect(await problems()).toEqual([['changed', 7]]);
  });

  it('finds changed hashes', async () => {
    await run("update headgate.audit_records set hash = repeat('0', 64) where sequence = 7");
    expect(await problems()).toEqual([
      ['changed', 7],
      ['unlinked', 8],
    ]);
    await restore();
    await run("update headgate.audit_records set previous_hash = repeat('0', 64) where sequence = 7");
    expect(await problems()).toEqual([
      ['unlinked', 7],
      ['changed', 7],
    ]);
  });

  it('finds a record that was replaced by one with a right hash', async () => {
    const [before, old] = await readAuditRecordsAfter(opened.store.db, 5, 2);
    if (before === undefined || old === undefined) throw new Error('There are no records.');
    const forged = chainRecord({ ...old, rows: 1 }, before);
    await run(`update headgate.audit_records set rows = 1, hash = '${forged.hash}' where sequence = 7`);
    expect(await problems()).toEqual([['unlinked', 8]]);
  });

  it.each([
    ['first', 'sequence = 1', [['missing', 1]]],
    ['one', 'sequence = 7', [['missing', 7]]],
    [
      'several',
      'sequence in (7, 8, 9, 20)',
      [
        ['missing', 7],
        ['missing', 20],
      ],
    ],
    ['last', `sequence = ${COUNT}`, [['cut', COUNT]]],
    ['last ten', `sequence > ${COUNT - 10}`, [['cut', COUNT - 9]]],
    ['all', 'true', [['cut', 1]]],
  ])('finds that records are missing: %s', async (_, where, expected) => {
    await run(`delete from headgate.audit_records where ${where}`);
    expect(await problems()).toEqual(expected);
  });

  it('finds that records were removed and the others numbered anew', async () => {
    await run('delete from headgate.audit_records where sequence = 7');
    await run('update headgate.audit_records set sequence = sequence + 1000 where sequence > 7');
    await run('update headgate.audit_records set sequence = sequence - 1001 where sequence > 1000');
    expect((await problems()).slice(0, 3)).toEqual([
      ['unlinked', 7],
      ['moved', 7],
      ['moved', 8],
    ]);
  });

  it('finds records that changed places', async () => {
    await run('update headgate.audit_records set sequence = 1000 where sequence = 7');
    await run('update headgate.audit_records set sequence = 7 where sequence = 8');
    await run('update headgate.audit_records set sequence = 8 where sequence = 1000');
    expect(await problems()).toEqual([
      ['unlinked', 7],
      ['moved', 7],
      ['unlinked', 8],
      ['moved', 8],
      ['unlinked', 9],
    ]);
  });

  it('finds a record that was added at the end, however right its hash', async () => {
    const [last] = await readAuditRecordsAfter(opened.store.db, COUNT - 1, 1);
    if (last === undefined) throw new Error('There are no records.');
    await insert([chainRecord(last, last)]);
    expect(await problems()).toEqual([['added', COUNT + 1]]);
  });

  it('finds a record with the greatest number there is', async () => {
    await run(`insert into headgate.audit_records select (r).* from (
      select json_populate_record(r, '{"sequence": 9223372036854775807}') as r from headgate.audit_records r where sequence = 3) as x`);
    const kinds = (await problems()).map(([kind]) => kind);
    expect(kinds).toEqual(['missing', 'changed', 'added']);
  });

  it('finds a chain that was rewritten from the first record on', async () => {
    await rewrite(NO_RECORD.hash);
    expect(await problems()).toEqual([['rewritten', COUNT]]);
  });

  it('finds a chain that was rewritten from another beginning', async () => {
    await rewrite('f'.repeat(64));
    expect(await problems()).toEqual([
      ['base', 1],
      ['rewritten', COUNT],
    ]);
  });

  it('finds sealed ends that are missing, changed, swapped or sealed with another key', async () => {
    await run("delete from headgate.settings where name = 'audit-head'");
    expect(await problems()).toEqual([['head', COUNT]]);
    await restore();
    await run("update headgate.settings set value = left(value, -4) || 'AAAA' where name = 'audit-head'");
    expect(await problems()).toEqual([['head', COUNT]]);
    await restore();
    await run("insert into headgate.settings select 'audit-base', value, changed_at from headgate.settings");
    expect(await problems()).toEqual([['base', 0]]);
    await restore();
    expect((await verifyAudit(opened.store, makeSealer())).problems).toMatchObject([{ kind: 'head' }]);
    await run("delete from headgate.audit_records; update headgate.settings set value = '' where name = 'audit-head'");
    expect(await problems()).toEqual([['head', 0]]);
  });

  it('finds an old end that was put back with its records', async () => {
    await fill(5);
    await run(
      "update headgate.settings set value = kept.value from kept.settings as kept where settings.name = 'audit-head'",
    );
    expect(await problems()).toEqual([['added', COUNT + 1]]);
  });

  describe('of which old ones were removed', () => {
    beforeEach(async () => {
      await removeSome();
    });

    /** Removes 1 to 12: all records have the same time, so the first twelve are made older in a chain of their own. */
    async function removeSome(): Promise<void> {
      await run('truncate headgate.audit_records, headgate.settings');
      const trail = openAuditTrail({ store: opened.store, sealer, literals: 'redact' });
      for (const [index, event] of makeEvents(COUNT).entries()) {
        await trail.record({ ...event, at: new Date(index < 12 ? '2025-01-01' : '2026-01-01') });
      }
      await trail.close();
      expect(await removeOldAudit(opened.store, sealer, { before: new Date('2025-06-01') })).toBe(12);
    }

    it('finds nothing but a chain that begins later', async () => {
      const report = await verifyAudit(opened.store, sealer);
      expect(report).toMatchObject({ ok: true, count: COUNT - 12, first: { sequence: 13 } });
    });

    it('finds that more were removed', async () => {
      await run('delete from headgate.audit_records where sequence < 15');
      expect(await problems()).toEqual([['missing', 13]]);
    });

    it('finds that the sealed beginning is missing', async () => {
      await run("delete from headgate.settings where name = 'audit-base'");
      expect(await problems()).toEqual([['missing', 1]]);
    });

    it('finds that removed ones came back', async () => {
      await run('insert into headgate.audit_records select * from kept.records where sequence = 4');
      expect(await problems()).toEqual([['added', 4]]);
    });

    it('finds that all are gone, with the end of the chain', async () => {
      await run("delete from headgate.audit_records; delete from headgate.settings where name = 'audit-head'");
      expect(await problems()).toEqual([['head', 12]]);
    });
  });

  it('takes records for good that are added or grow old meanwhile', async () => {
    await fill(2500);
    const report = await verifyAudit(opened.store, sealer);
    expect(report).toMatchObject({ ok: true, count: COUNT + 2500 });
    const during = verifyAudit(opened.store, sealer);
    const [, , seen] = await Promise.all([
      fill(100),
      removeOldAudit(opened.store, sealer, { before: new Date('2027-01-01') }),
      during,
    ]);
    expect(seen.problems).toEqual([]);
    expect(await problems()).toEqual([]);
  });

  it('stops when it is cancelled', async () => {
    const stop = new AbortController();
    stop.abort();
    await expect(verifyAudit(opened.store, sealer, { signal: stop.signal })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });

  it('finds whatever one change is made at random', async () => {
    const property = fc.asyncProperty(anyChange, async (change) => {
      await restore();
      await run(change);
      expect(await problems(), change).not.toEqual([]);
    });
    await fc.assert(property, { numRuns: 75 });
  });

  async function insert(records: readonly AuditRecord[]): Promise<void> {
    await insertAuditRecords(opened.store.db, records);
  }

  /** With right hashes throughout, as somebody can who knows how, but has not the key. */
  async function rewrite(previousHash: string): Promise<void> {
    const old = await readAuditRecordsAfter(opened.store.db, 0, COUNT);
    await run('truncate headgate.audit_records');
    let end = { sequence: 0, hash: previousHash };
    const forged: AuditRecord[] = [];
    for (const record of old) {
      const next = chainRecord({ ...record, principalName: 'somebody else' }, end);
      forged.push(next);
      end = next;
    }
    await insert(forged);
  }
});

const sequence = fc.integer({ min: 1, max: COUNT });
const word = fc.stringMatching(/^[a-z]{1,5}$/);
const TEXT_COLUMNS = [
  'request_id',
  'principal_kind',
  'principal_id',
  'principal_name',
  'front_end',
  'kind',
  'statement',
  'outcome',
  'error_code',
  'role_session',
  'previous_hash',
  'hash',
];
const NUMBER_COLUMNS = ['read_units', 'write_units', 'rows', 'bytes', 'duration_ms'];

/** One change of one or more records, each of which makes a difference. */
const anyChange: fc.Arbitrary<string> = fc.oneof(
  fc
    .tuple(fc.constantFrom(...TEXT_COLUMNS), word, sequence)
    .map(
      ([column, text, at]) =>
        `update headgate.audit_records set ${column} = coalesce(${column}, '') || '${text}' where sequence = ${at}`,
    ),
  fc
    .tuple(fc.constantFrom(...NUMBER_COLUMNS), fc.integer({ min: 1, max: 1e9 }), sequence)
    .map(
      ([column, by, at]) => `update headgate.audit_records set ${column} = ${column} + ${by} where sequence = ${at}`,
    ),
  fc
    .tuple(fc.constantFrom('tables', 'verbs'), word, sequence)
    .map(
      ([column, text, at]) =>
        `update headgate.audit_records set ${column} = ${column} || array['${text}'] where sequence = ${at}`,
    ),
  fc
    .tuple(fc.constantFrom('decided_by', 'access_paths', 'spent'), word, sequence)
    .map(([column, text, at]) => `update headgate.audit_records set ${column} = '["${text}"]' where sequence = ${at}`),
  fc
    .tuple(fc.integer({ min: 1, max: 1e9 }), sequence)
    .map(
      ([by, at]) => `update headgate.audit_records set at = at + interval '${by} milliseconds' where sequence = ${at}`,
    ),
  fc
    .tuple(sequence, sequence)
    .map(
      ([a, b]) => `delete from headgate.audit_records where sequence between ${Math.min(a, b)} and ${Math.max(a, b)}`,
    ),
  fc
    .tuple(sequence, fc.integer({ min: COUNT + 1, max: 2 ** 40 }))
    .map(([from, to]) => `update headgate.audit_records set sequence = ${to} where sequence = ${from}`),
  fc
    .tuple(fc.nat(), fc.constantFrom(...'ABCD'))
    .map(
      ([at, letter]) =>
        `update headgate.settings set value = overlay(value placing '${letter}!' from ${at} % (length(value) - 3) + 1) where name = 'audit-head'`,
    ),
);
