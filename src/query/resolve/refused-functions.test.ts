import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ComputeDatabase } from '../duckdb/compute-database.js';
import { EditedText } from '../parse/edited-text.js';
import { parseQuery } from '../parse/parse-statement.js';
import { temporaryPlanner } from '../testing/temporary-planner.js';
import { findTables } from './find-tables.js';
import { isRefusedFunction } from './refused-functions.js';

const planner = temporaryPlanner();

async function check(sql: string) {
  const text = EditedText.of(sql);
  return findTables(await parseQuery(text, planner()), text);
}

const KNOWN = new URL('./testing/duckdb-functions.txt', import.meta.url);
const ADVICE = `DuckDB has other functions than when the refusals were last looked at. Read what each new one does: one that
reads files, settings, the catalog, other statements, or holds a thread belongs into REFUSED of refused-functions.ts (a
table function is refused unless it is in TABLE_FUNCTIONS). Then rewrite the list: HEADGATE_REWRITE_GOLDEN=1.`;

/** Every function of the pinned DuckDB as `<kind> <name>`, sorted; Headgate's own are left out. */
async function functionsOfDuckdb(): Promise<string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'headgate-functions-'));
  const settings = { memoryBytes: 2 ** 28, tempDirectory: directory, tempDiskBytes: 0, threads: 1 };
  const database = await ComputeDatabase.open(settings);
  const workspace = await database.openWorkspace(new AbortController().signal);
  try {
    const rows = await workspace.rows(
      "SELECT DISTINCT function_type || ' ' || function_name AS f FROM duckdb_functions() WHERE NOT starts_with(function_name, 'headgate_') ORDER BY f",
    );
    return rows.map(([name]) => String(name)).toSorted();
  } finally {
    await workspace.close();
    database.close();
    await rm(directory, { recursive: true, force: true });
  }
}

test('the functions of the pinned DuckDB are those that were looked at', async () => {
  const found = await functionsOfDuckdb();
  if (process.env['HEADGATE_REWRITE_GOLDEN'] === '1') await writeFile(KNOWN, `${found.join('\n')}\n`);
  const known = (await readFile(KNOWN, 'utf8')).trimEnd().split('\n');
  const added = found.filter((name) => !known.includes(name));
  const gone = known.filter((name) => !found.includes(name));
  expect({ added, gone }, ADVICE).toEqual({ added: [], gone: [] });
});

describe('a function', () => {
  test.each([
    "SELECT getenv('PATH')",
    'SELECT "GetEnv"(\'PATH\')',
    "SELECT main.getenv('PATH')",
    "SELECT system.main.current_setting('memory_limit')",
    "SELECT list_transform(['PATH'], lambda x: getenv(x))",
    "SELECT list_transform(['PATH'], x -> getenv(x))",
    "SELECT (['PATH']).apply(lambda x: getenv(x))",
    "SELECT [getenv(x) FOR x IN ['PATH'] IF getenv(x) <> '']",
    "SELECT count(*) FILTER (WHERE getenv('x') = '') FROM t",
    "SELECT sum(x) OVER (PARTITION BY getenv('x')) FROM t",
    "SELECT sum(x) OVER w FROM t WINDOW w AS (ORDER BY getenv('x'))",
    "SELECT 1 ORDER BY getenv('x')",
    "SELECT 1 LIMIT length(getenv('x'))",
    "SELECT x FROM t GROUP BY getenv('x')",
    "SELECT x FROM t GROUP BY GROUPING SETS ((x), (getenv('x')))",
    "SELECT x FROM t GROUP BY x HAVING getenv('x') = ''",
    "SELECT x FROM t QUALIFY row_number() OVER () = length(getenv('x'))",
    "SELECT DISTINCT ON (getenv('x')) x FROM t",
    "VALUES (getenv('x'))",
    "SELECT CASE WHEN true THEN getenv('x') END",
    "SELECT {'a': getenv('x')}, [getenv('x')], MAP {'a': getenv('x')}",
    "SELECT CAST(getenv('x') AS INTEGER)",
    "SELECT x BETWEEN 'a' AND getenv('x') FROM t",
    "SELECT x IN ('a', getenv('x')) FROM t",
    "SELECT COLUMNS(c -> getenv('x') = c) FROM t",
    "SELECT * REPLACE (getenv('x') AS x) FROM t",
    "SELECT * FROM range(length(getenv('x')))",
    "SELECT * FROM unnest([getenv('x')])",
    "SELECT * FROM a JOIN b ON getenv('x') = ''",
    "SELECT * FROM a ASOF JOIN b ON a.x >= b.x AND getenv('x') = ''",
    "FROM t PIVOT (max(getenv('x')) FOR y IN (1))",
    "WITH a AS (SELECT getenv('x')) SELECT 1",
    "WITH RECURSIVE r AS (SELECT 1 UNION ALL SELECT length(getenv('x')) FROM r) FROM r",
    "SELECT 1 WHERE EXISTS (SELECT getenv('x'))",
    "DESCRIBE SELECT getenv('x')",
    "SUMMARIZE SELECT getenv('x')",
    "SELECT getvariable('x')",
    "SELECT nextval('s')",
    'SELECT pg_get_viewdef(1)',
    "SELECT has_table_privilege('x', 'y')",
    "SELECT headgate_plain_item('{}')",
    'SELECT sleep_ms(1000)',
    "SELECT write_log('x')",
  ])('that reads the server is refused wherever it stands: %s', async (sql) => {
    await expect(check(sql)).rejects.toMatchObject({ code: 'SQL_REFUSED', position: { line: 1 } });
  });

  test('of values is allowed', async () => {
    await check("SELECT pg_typeof(1), upper('x'), now(), sum(x) OVER (), list_aggregate([1], 'sum') FROM t");
    expect(['pg_size_pretty', 'json_extract', 'version'].filter(isRefusedFunction)).toEqual([]);
  });
});

describe('a table function', () => {
  test.each([
    "read_csv('/etc/passwd')",
    '"read_csv"(\'/etc/passwd\')',
    "main.READ_TEXT('/etc/passwd')",
    "system.main.read_blob('/etc/passwd')",
    "parquet_scan('x')",
    "glob('*')",
    "sniff_csv('x')",
    "query('SELECT 1')",
    "query_table('t')",
    'duckdb_settings()',
    'duckdb_secrets()',
    'duckdb_logs()',
    "pragma_table_info('t')",
    'summary(t)',
    "json_execute_serialized_sql('{}')",
    "headgate_ref_0('0')",
    'seq_scan()',
    'arrow_scan(1, 2, 3)',
    'enable_logging()',
    'checkpoint()',
    'test_all_types()',
  ])('other than those that make rows of their arguments is refused: %s', async (call) => {
    for (const sql of [
      `FROM ${call}`,
      `SELECT * FROM t, LATERAL (FROM ${call}) x`,
      `SELECT 1 WHERE 1 IN (FROM ${call})`,
      `FROM t POSITIONAL JOIN ${call}`,
      `SUMMARIZE FROM ${call}`,
    ]) {
      await expect(check(sql)).rejects.toMatchObject({ code: 'SQL_REFUSED', position: { line: 1 } });
    }
  });

  test.each([
    'generate_series(1, 3)',
    'range(3)',
    'unnest([1])',
    "repeat('x', 3)",
    'repeat_row(1, num_rows := 2)',
    "json_each('[1]')",
    "json_tree('[1]')",
  ])('that makes rows of its arguments is allowed: %s', async (call) => {
    await check(`FROM ${call}`);
  });

  test('that is nearly an allowed one is asked about', async () => {
    await expect(check('FROM generate_serie(1, 3)')).rejects.toMatchObject({ hint: 'Did you mean generate_series?' });
  });
});

describe('a file name', () => {
  test.each(["FROM 'file.csv'", 'SELECT * FROM "/etc/passwd"', "FROM 's3://bucket/x.parquet'"])(
    'is just the name of a table: %s',
    async (sql) => {
      expect((await check(sql)).tables).toHaveLength(1);
    },
  );
});
