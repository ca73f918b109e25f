import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectError } from './expect-error.js';
import { type Outcome, openWorkplace, type Running, type Workplace } from './workplace.js';

// One working directory with the sample data, loaded once; `up` runs in it, so that commands find their DynamoDB started.
let workplace: Workplace;
let up: Running;
beforeAll(async () => {
  workplace = await openWorkplace();
  up = workplace.start(['up', '--demo']);
  await up.said('Press Ctrl-C');
});
afterAll(async () => {
  up?.interrupt();
  await up?.outcome;
  await workplace?.close();
});

async function query(...args: readonly string[]): Promise<Outcome> {
  const outcome = await workplace.headgate(['query', ...args]);
  expect(outcome.stderr).not.toContain('error:');
  expect(outcome.status).toBe(0);
  return outcome;
}

const TWO = "SELECT iata, latitude, NULL AS nothing FROM demo.airports WHERE iata IN ('SEA', 'PDX') ORDER BY iata";
/** An order line with numbers of 38 digits, nested values and binary. */
const WIDE =
  "SELECT SK, serial, calibration, lines, receipt FROM demo.shop WHERE PK = 'CUSTOMER#C033' AND SK LIKE 'ORDER#0006%' ORDER BY SK";
const SERIAL = '10600736787042965882571927207064859657';
const CALIBRATION = '1.2943840659751822503617524368515838557';

describe('rows', () => {
  test('are a table with --format table, and what they cost is on standard error', async () => {
    const { stdout, stderr } = await query('--format', 'table', TWO);
    expect(stdout).toBe(
      [
        '┌──────┬─────────────┬─────────┐',
        '│ iata │    latitude │ nothing │',
        '├──────┼─────────────┼─────────┤',
        '│ PDX  │ 45.58872222 │    NULL │',
        '│ SEA  │ 47.44898194 │    NULL │',
        '└──────┴─────────────┴─────────┘',
        '',
      ].join('\n'),
    );
    expect(stderr).toMatch(
      /^2 rows in \d+ ms \(plan \d+ ms\)\. Read 1\.0 unit in 1 request, <\$0\.0001: demo\.airports by batch-get 1\.0( \(and [\d.]+ to sample new tables\))?\n$/,
    );
  });

  test('are JSON lines where standard output is no terminal', async () => {
    const { stdout } = await query(TWO);
    expect(stdout).toBe(
      '{"iata":"PDX","latitude":45.58872222,"nothing":null}\n{"iata":"SEA","latitude":47.44898194,"nothing":null}\n',
    );
  });

  test('are one JSON array with --format json, in which no digit is lost', async () => {
    const { stdout } = await query('--format', 'json', WIDE);
    const [order, line] = JSON.parse(stdout);
    expect(order).toMatchObject({ SK: 'ORDER#0006', serial: null, lines: [{ price: 1499, quantity: 1, sku: 'P19' }] });
    expect(line).toMatchObject({ SK: 'ORDER#0006#LINE#1', serial: SERIAL, calibration: CALIBRATION, receipt: null });
  });

  test('are CSV with --format csv', async () => {
    const { stdout } = await query('--format', 'csv', WIDE);
    expect(stdout).toBe(
      'SK,serial,calibration,lines,receipt\n' +
        'ORDER#0006,,,"[{""price"":1499.00,""quantity"":1,""sku"":""P19""}]",hmV3RDT7QEkoHKqlj16W2wdYVoVDiLNKpQJOCKQHuD4=\n' +
        `ORDER#0006#LINE#1,${SERIAL},${CALIBRATION},,\n`,
    );
  });

  test('of nothing are an empty answer in every format', async () => {
    const none = "SELECT iata FROM demo.airports WHERE iata = 'ZZZ'";
    expect((await query('--format', 'ndjson', none)).stdout).toBe('');
    expect((await query('--format', 'csv', none)).stdout).toBe('iata\n');
    expect(JSON.parse((await query('--format', 'json', none)).stdout)).toEqual([]);
    expect((await query('--format', 'table', none)).stderr).toContain('0 rows');
    expect(tableFromIPC((await query('--format', 'arrow', none)).bytes).numRows).toBe(0);
  });

  test('are Arrow with --format arrow to a pipe, and by the extension of --output', async () => {
    const { bytes } = await query('--format', 'arrow', WIDE);
    const file = join(workplace.cwd, 'rows.arrow');
    const toFile = await query('--output', file, WIDE);
    expect(toFile.stdout).toBe('');
    expect(toFile.stderr).toMatch(/^2 rows in /);
    for (const arrow of [bytes, await readFile(file)]) {
      const table = tableFromIPC(arrow);
      expect(table.schema.fields.map(({ name }) => name)).toEqual(['SK', 'serial', 'calibration', 'lines', 'receipt']);
      expect(table.getChild('SK')?.toArray()).toEqual(['ORDER#0006', 'ORDER#0006#LINE#1']);
      expect(Buffer.from(table.get(0)?.['receipt']).toString('base64')).toMatch(/^hmV3RDT7/);
    }
  });

  test('are Parquet with --format parquet to a pipe, and by the extension of --output', async () => {
    const { bytes } = await query('--format', 'parquet', WIDE);
    const piped = join(workplace.cwd, 'piped.parquet');
    await writeFile(piped, bytes);
    const file = join(workplace.cwd, 'rows.parquet');
    expect((await query('-o', 'rows.parquet', WIDE)).stdout).toBe('');
    for (const path of [piped, file]) {
      expect(await readParquet(path)).toEqual([
        ['ORDER#0006', null, null, 'P19', 32],
        ['ORDER#0006#LINE#1', SERIAL, CALIBRATION, null, null],
      ]);
    }
    expect(await readdir(workplace.cwd)).not.toContainEqual(expect.stringContaining('.tmp'));
  });

  test('of a statement that fails leave the file of --output as it was', async () => {
    const file = join(workplace.cwd, 'kept.csv');
    await writeFile(file, 'before\n');
    const outcome = await workplace.headgate(['query', '-o', 'kept.csv', 'SELECT city::BIGINT FROM demo.airports']);
    expectError(outcome, 'SQL_EXECUTION', 'TRY_CAST');
    expect(await readFile(file, 'utf8')).toBe('before\n');
  });
});

async function readParquet(path: string): Promise<unknown> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const reader = await connection.runAndReadAll(
      `SELECT SK, serial::VARCHAR, calibration::VARCHAR, lines[1].sku, octet_length(receipt)::INT FROM '${path}' ORDER BY SK`,
    );
    return reader.getRows();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

describe('a statement', () => {
  test('comes from a file or from standard input as well', async () => {
    await writeFile(join(workplace.cwd, 'one.sql'), `-- one airport\n${TWO} LIMIT 1;\n`);
    const expected = '{"iata":"PDX","latitude":45.58872222,"nothing":null}\n';
    expect((await query('--file', 'one.sql')).stdout).toBe(expected);
    const piped = await workplace.headgate(['query', '-'], { input: `${TWO} LIMIT 1` });
    expect(piped).toMatchObject({ status: 0, stdout: expected });
  });

  test('takes positional and named parameters', async () => {
    const positional = 'SELECT count(*) AS n FROM demo.flights WHERE origin = ? AND delay > ?';
    expect((await query(positional, '--param', 'SEA', '--param', '60')).stdout).toBe('{"n":10}\n');
    const named = 'SELECT count(*) AS n FROM demo.flights WHERE origin = $from AND delay > $minutes';
    expect((await query(named, '--param', 'minutes=60', '--param', 'from=SEA')).stdout).toBe('{"n":10}\n');
  });

  test('finds tables without a schema in the one of --schema', async () => {
    const sql = "SELECT city FROM airports WHERE iata = 'SEA'";
    expect((await query('--schema', 'demo', sql)).stdout).toBe('{"city":"Seattle"}\n');
    expectError(await workplace.headgate(['query', '--schema', 'dem', sql]), 'SCHEMA_NOT_FOUND', 'Did you mean demo?');
  });

  test('reads consistently at twice the units', async () => {
    const sql = "SELECT count(*) AS n FROM demo.flights WHERE origin = 'SEA'";
    expect((await query(sql)).stderr).toContain('demo.flights by query 3.0');
    expect((await query('--consistent', sql)).stderr).toContain('demo.flights by query 6.0');
  });

  test('that runs longer than --timeout ends with what it has read', async () => {
    const endless = 'SELECT sum(a.latitude * n.range) FROM demo.airports a, range(1000000000000) n';
    const outcome = await workplace.headgate(['query', '--timeout', '1s', endless]);
    expectError(outcome, 'TIMEOUT', 'timeout of 1 s', 'Read 36.0 units in 1 request.');
  });

  test('that would read more than --max-units is not begun', async () => {
    const outcome = await workplace.headgate(['query', '--max-units', '20', 'SELECT * FROM demo.airports']);
    expectError(outcome, 'UNITS_EXCEEDED', '20 allowed', 'demo.airports takes', 'Nothing was read.');
  });
});

describe('--plan', () => {
  const sql = "SELECT city FROM demo.airports WHERE iata = 'SEA'";

  test('shows as a tree how the statement would be read', async () => {
    const { stdout, stderr } = await query('--plan', sql);
    const [statement, table, key] = stdout.split('\n');
    expect(statement).toBe('statement              ~0.5 units  1 request   5 ms  <$0.0001  (prices of us-east-1)');
    expect(table).toBe('└─ demo.airports: get  ~0.5 units  1 request   5 ms  <$0.0001');
    expect(key).toBe("   key: iata = 'SEA'");
    expect(stderr).toBe('');
  });

  test('is JSON with --format json, and has no other format', async () => {
    const { stdout } = await query('--plan', '--format', 'json', sql);
    expect(JSON.parse(stdout)).toMatchObject({
      references: [{ table: 'demo.airports', path: 'get', keyConditions: ["iata = 'SEA'"] }],
      estimate: { readUnits: 0.5, requests: 1 },
      warnings: [],
    });
    expectError(await workplace.headgate(['query', '--plan', '--format', 'csv', sql]), 'USAGE', 'no csv form');
  });
});

describe('the catalog', () => {
  test('is listed by tables', async () => {
    const { stdout } = await workplace.headgate(['tables']);
    expect(stdout).toBe('demo.airports\ndemo.bird_strikes\ndemo.earthquakes\ndemo.flights\ndemo.shop\n');
    const json = await workplace.headgate(['tables', 'demo', '--format', 'json']);
    expect(JSON.parse(json.stdout)).toContainEqual({ schema: 'demo', table: 'shop' });
    expectError(await workplace.headgate(['tables', 'dmo']), 'SCHEMA_NOT_FOUND', 'demo');
  });

  test('is described table by table, nested fields below their column', async () => {
    const { stdout, status } = await workplace.headgate(['describe', 'shop']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^demo.shop: 859 items, size unknown, on-demand\nkey: PK \(S\) \+ SK \(S\)\n\ncolumn/);
    expect(stdout).toMatch(/^ {2}address\.location +STRUCT$/m);
    expect(stdout).toMatch(/^ {4}address\.location\.latitude +DECIMAL\(18,4\)$/m);
    expect(stdout).toMatch(/^serial +HUGEINT +1% +key of index by_serial, N$/m);
    expect(stdout).toMatch(/^by_serial +global +serial \(N\) +keys +unknown +unknown$/m);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThan(130);
    const json = await workplace.headgate(['describe', 'demo.shop', '--format', 'json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ schema: 'demo', name: 'shop', description: { itemCount: 859 } });
    expectError(await workplace.headgate(['describe', 'demo.shp']), 'TABLE_NOT_FOUND', 'Did you mean');
  });
});

describe('a bad statement', () => {
  test.each([
    [
      'SELECT *\nFROM demo.flights\nWERE delay > 5',
      'SQL_SYNTAX',
      'near "delay"',
      '  3 | WERE delay > 5\n    |      ^\n',
    ],
    ['SELECT (1', 'SQL_SYNTAX', '    |          ^\n'],
    [
      "SELECT 'ü', orgin\nFROM demo.flights",
      'COLUMN_NOT_FOUND',
      "  1 | SELECT 'ü', orgin\n    |             ^\n",
      'origin?',
    ],
    ['SELECT f.dealy FROM demo.flights f', 'COLUMN_NOT_FOUND', '    |        ^\n', 'Did you mean delay?'],
    ['SELECT * FROM demo.flihgts', 'TABLE_NOT_FOUND', '    |               ^\n', 'Did you mean flights?'],
    ['SELECT * FROM dmo.flights', 'SCHEMA_NOT_FOUND', 'Did you mean demo?'],
    ['SELECT city + 1 FROM demo.airports', 'SQL_INVALID', '+(VARCHAR, INTEGER', '    |             ^\n', 'Cast'],
    ['SELECT sum(city) FROM demo.airports', 'SQL_INVALID', '    |        ^\n'],
    ["SELECT city::DATE FROM demo.airports WHERE iata = 'SEA'", 'SQL_EXECUTION', 'Seattle', 'TRY_CAST'],
    ['SELECT 1; SELECT 2', 'SQL_UNSUPPORTED', 'one at a time'],
    ['', 'USAGE', 'The statement is empty.', '--file'],
    ["SELECT * FROM read_csv('/etc/passwd')", 'SQL_REFUSED', 'read_csv', 'Functions that read files'],
    ["SELECT * FROM '/etc/passwd'", 'TABLE_NOT_FOUND', '/etc/passwd'],
    ["COPY demo.airports TO 'out.csv'", 'SQL_REFUSED', 'COPY is not allowed'],
    ["ATTACH 'other.db'", 'SQL_REFUSED', 'ATTACH is not allowed'],
    ['INSTALL httpfs', 'SQL_REFUSED', 'INSTALL is not allowed'],
    ['LOAD httpfs', 'SQL_REFUSED', 'LOAD is not allowed'],
    ["SET memory_limit = '1TB'", 'SQL_REFUSED', 'SET is not allowed'],
    ['PRAGMA database_list', 'SQL_REFUSED', 'PRAGMA is not allowed'],
    ['CALL pragma_version()', 'SQL_REFUSED', 'CALL is not allowed'],
    ["EXPORT DATABASE 'dump'", 'SQL_REFUSED', 'EXPORT is not allowed'],
    ['SELECT * FROM duckdb_settings()', 'SQL_REFUSED', 'duckdb_settings'],
    ['INSERT INTO demo.airports VALUES (1)', 'SQL_UNSUPPORTED', 'INSERT is not supported', 'AWS CLI'],
  ] as const)('%s', async (sql, code, ...words) => {
    expectError(await workplace.headgate(['query', sql]), code, ...words);
  });

  test('is also told of when it came from a file that does not exist', async () => {
    expectError(await workplace.headgate(['query', '--file', 'none.sql']), 'FILE_ERROR', 'none.sql', '--file');
  });
});

test('commands use the DynamoDB that `up` has started, and leave it running', async () => {
  const state = JSON.parse(await readFile(join(workplace.home, 'dynamodb', 'server.json'), 'utf8'));
  expect(await up.said('runs at')).toContain(`runs at ${state.endpoint},`);
  expect(state.ownerPid).toBe(up.pid);
  await query('SELECT count(*) FROM demo.shop');
  expect((await fetch(state.endpoint)).ok).toBe(true);
});
