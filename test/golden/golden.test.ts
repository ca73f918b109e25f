import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HeadgateError } from '../../src/base/errors/headgate-error.js';
import { renderPlan } from '../../src/query/explain.js';
import type { StatementRequest } from '../../src/query/statement.js';
import { showError } from '../../src/wire/cli/show-error.js';
import { openTestGateway, type TestGateway } from '../support/test-gateway.js';
import { type GoldenCase, readGolden, writeGolden } from './golden-file.js';
import { GOLDEN_TABLES } from './golden-tables.js';

const FOLDER = new URL('./', import.meta.url);
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.golden'));
const REWRITE = process.env['HEADGATE_REWRITE_GOLDEN'] === '1';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway({ tables: GOLDEN_TABLES });
});
afterAll(() => gateway.close());

/** The plan of a statement as people see it, or the error. `-- options: {...}` in the statement is part of the request. */
async function planText(sql: string): Promise<string> {
  const [, options = '{}'] = /^-- options: (.*)$/m.exec(sql) ?? [];
  const request: StatementRequest = { ...JSON.parse(options), sql };
  try {
    return renderPlan(await gateway.engine.plan(request, new AbortController().signal));
  } catch (error) {
    if (!(error instanceof HeadgateError)) throw error;
    return showError(error, { sql, colour: false, width: 120, debug: false }).trimEnd();
  }
}

describe.each(FILES)('%s', (name) => {
  const file = new URL(name, FOLDER);

  test('every statement has the plan or the error that is written there', async () => {
    const cases = await readGolden(file);
    const actual: GoldenCase[] = [];
    for (const each of cases) actual.push({ ...each, expected: await planText(each.statement) });
    if (REWRITE) await writeGolden(file, actual);
    else expect(actual).toEqual(cases);
    expect(actual.length).toBeGreaterThan(0);
  });
});
