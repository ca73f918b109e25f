import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HeadgateError } from '../../src/base/errors/headgate-error.js';
import type { ReferencePlan } from '../../src/query/plan/statement-plan.js';
import type { ResultValue } from '../../src/query/result.js';
import type { Engine } from '../../src/query/statement.js';
import { openDemo } from './open-demo.js';
import { readRecords, type SqlRecord } from './read-records.js';
import { renderRows, typeLetters } from './render-rows.js';

// Every record of every .test file in this folder is one test, all over the same demo tables.
const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const NEVER = new AbortController().signal;

let demo: { readonly engine: Engine; readonly close: () => Promise<void> } | undefined;
beforeAll(async () => {
  demo = await openDemo(NEVER);
});
afterAll(async () => demo?.close());

for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.test'))) {
  describe(file, () => {
    for (const record of readRecords(readFileSync(`${FOLDER}${file}`, 'utf8'))) {
      test(`line ${record.line}: ${record.sql.replaceAll('\n', ' ').slice(0, 100)}`, () => check(record));
    }
  });
}

async function check(record: SqlRecord): Promise<void> {
  const { expected } = record;
  if (expected.kind === 'error') {
    const error = await answer(record).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(HeadgateError);
    expect(error).toMatchObject({ code: expected.code });
    const { message, detail = '', hint = '' } = error as HeadgateError; // checked above
    expect(`${message}\n${detail}\n${hint}`).toMatch(expected.pattern);
    return;
  }
  const { columns, rows, plan, summary } = await answer(record);
  if (expected.kind === 'rows') {
    expect(renderRows(columns, rows, expected.sort)).toEqual(expected.rows);
    expect(typeLetters(columns)).toBe(expected.types);
  }
  if (record.plan !== undefined) expect(plan.references.map(planText)).toEqual(record.plan);
  if (record.units !== undefined) expect(summary.readUnits).toBe(record.units);
}

async function answer({ sql, parameters }: SqlRecord) {
  if (demo === undefined) throw new Error('the demo tables are not open');
  const result = await demo.engine.run(parameters === undefined ? { sql } : { sql, parameters }, NEVER);
  const rows: (readonly ResultValue[])[] = [];
  for await (const batch of result.batches) rows.push(...batch);
  return { columns: result.columns, rows, plan: result.plan, summary: result.summary() };
}

function planText({ alias, path, index }: ReferencePlan): string {
  return [alias, path, ...(index === undefined ? [] : [index])].join(' ');
}
