import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import { ComputeDatabase, type Workspace } from './compute-database.js';
import { readDuckdbError, wrapDuckdbError } from './duckdb-error.js';

let compute: ComputeDatabase;
let workspace: Workspace;

beforeAll(async () => {
  const tempDirectory = join(tmpdir(), 'headgate-error-test');
  compute = await ComputeDatabase.open({ memoryBytes: 2 ** 25, tempDirectory, tempDiskBytes: 0, threads: 1 });
  workspace = await compute.openWorkspace(new AbortController().signal);
});

afterAll(async () => {
  await workspace.close();
  compute.close();
});

async function errorOf(sql: string): Promise<unknown> {
  try {
    await workspace.rows(sql);
  } catch (error) {
    return error;
  }
  throw new Error(`${sql} did not fail`);
}

const position = (offset: number) => ({ line: 1, column: offset + 1 });

describe('wrapDuckdbError', () => {
  it.each([
    ['SELEKT 1', 'SQL_SYNTAX', { line: 1, column: 1 }],
    ['SELECT nothing FROM range(1)', 'SQL_INVALID', { line: 1, column: 8 }],
    ['SELECT no_such_function(1)', 'SQL_INVALID', { line: 1, column: 8 }],
    ['SELECT * FROM no_such_table', 'SQL_INVALID', { line: 1, column: 15 }],
    ["SELECT 1 + DATE '2026-01-01' + DATE '2026-01-01'", 'SQL_INVALID', undefined],
    ["SELECT CAST('x' AS INTEGER)", 'SQL_EXECUTION', undefined],
    ['SELECT 9223372036854775807::BIGINT + 1::BIGINT', 'SQL_EXECUTION', undefined],
    ['SELECT (SELECT range FROM range(2))', 'SQL_EXECUTION', undefined],
    ["SELECT error('my own')", 'SQL_EXECUTION', undefined],
    ["SELECT * FROM read_text('/etc/hostname')", 'SQL_REFUSED', undefined],
    [
      'SELECT count(r) FROM (SELECT hash(range) AS r FROM range(8000000) ORDER BY r LIMIT 7999999)',
      'RESOURCES_EXHAUSTED',
      undefined,
    ],
  ])('gives %s the code %s', async (sql, code, where) => {
    const error = wrapDuckdbError(await errorOf(sql), position);
    expect(error).toMatchObject({ code, ...(where === undefined ? {} : { position: where }) });
    expect(error.message).not.toContain('exception_type');
    expect(error.message).not.toMatch(/\n|LINE 1/);
    expect(error.cause).toBeInstanceOf(Error);
  });

  it('leaves the position away where the offset is not one in the text of the user', async () => {
    expect(wrapDuckdbError(await errorOf('SELECT nothing FROM range(1)')).position).toBeUndefined();
  });

  it('calls an interrupt CANCELLED, in both forms that it comes in', () => {
    const json = '{"exception_type":"INTERRUPT","exception_message":"Interrupted!"}';
    expect(wrapDuckdbError(new Error(json)).code).toBe('CANCELLED');
    expect(wrapDuckdbError(new Error('INTERRUPT Error: Interrupted!')).code).toBe('CANCELLED');
  });

  it('lets an error of ours through as it is', () => {
    const error = new HeadgateError('TIMEOUT', 'too late');
    expect(wrapDuckdbError(error)).toBe(error);
  });

  it('calls what it does not know INTERNAL, and keeps the words', () => {
    expect(wrapDuckdbError(new TypeError('x is not a function'))).toMatchObject({
      code: 'INTERNAL',
      message: 'x is not a function',
    });
    expect(wrapDuckdbError('thrown text')).toMatchObject({ code: 'INTERNAL', message: 'thrown text' });
    expect(wrapDuckdbError(new Error('{"exception_type":"toString","exception_message":"a"}'))).toMatchObject({
      code: 'INTERNAL',
    });
  });
});

describe('readDuckdbError', () => {
  it("reads DuckDB's JSON, also behind words of the client", () => {
    const json = JSON.stringify({
      exception_type: 'Binder',
      exception_message: 'Referenced column "x" not found\nCandidates: "y"',
      error_subtype: 'COLUMN_NOT_FOUND',
      name: 'x',
      position: '7',
    });
    const expected = { type: 'Binder', subtype: 'COLUMN_NOT_FOUND', name: 'x', offset: 7 };
    expect(readDuckdbError(new Error(json))).toMatchObject(expected);
    expect(readDuckdbError(new Error(`Failed to prepare: ${json}`))).toMatchObject(expected);
  });

  it('reads the plain form, with its lines', () => {
    expect(readDuckdbError(new Error('Out of Range Error: Overflow\nLINE 1: x'))).toEqual({
      type: 'Out of Range',
      message: 'Overflow\nLINE 1: x',
      subtype: undefined,
      name: undefined,
      offset: undefined,
    });
  });

  it('takes an offset that is none for none', () => {
    const json = '{"exception_type":"Binder","exception_message":"a","position":"18446744073709551615"}';
    expect(readDuckdbError(new Error(json)).offset).toBeUndefined();
  });

  it('takes broken JSON for plain text', () => {
    expect(readDuckdbError(new Error('{"exception_type":'))).toMatchObject({ type: 'Unknown' });
  });
});
