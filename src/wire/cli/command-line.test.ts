import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { Catalog, CatalogTable } from '../../catalog/model.js';
import type { HeadgateConfig } from '../../config/headgate-config.js';
import type { StatementPlan } from '../../query/plan/statement-plan.js';
import type { ResultColumn, RowBatch } from '../../query/result.js';
import type { Engine, StatementRequest, StatementSummary } from '../../query/statement.js';
import type { CommandServices, UpOptions } from './command-context.js';
import { runCommandLine } from './run-command-line.js';
import type { OutputStream } from './terminal.js';

const COLUMNS: readonly ResultColumn[] = [
  { name: 'iata', type: { kind: 'text', sql: 'VARCHAR' } },
  { name: 'flights', type: { kind: 'integer', bits: 64, signed: true, sql: 'BIGINT' } },
];
const ROWS: RowBatch = [
  ['SEA', 12n],
  ['PDX', null],
];
const ESTIMATE = { readUnits: 1.5, requests: 2, seconds: 0.01, dollars: 1.875e-7 };
const PLAN: StatementPlan = {
  references: [
    {
      table: 'demo.airports',
      alias: 'airports',
      path: 'get',
      columns: ['iata'],
      conjuncts: [],
      estimate: ESTIMATE,
      notes: [],
    },
  ],
  estimate: ESTIMATE,
  warnings: [],
};
const SUMMARY: StatementSummary = {
  ...ESTIMATE,
  rows: 2,
  planMs: 8,
  executionMs: 112,
  sampledUnits: 0,
  reads: [
    {
      slot: 0,
      table: 'demo.airports',
      index: undefined,
      path: 'get',
      ...ESTIMATE,
      itemsScanned: 2,
      itemsReturned: 2,
      milliseconds: 10,
    },
  ],
  warnings: ['3 values of "fare" are no numbers and read as NULL.'],
};
const COST = '2 rows in 120 ms (plan 8 ms). Read 1.5 units in 2 requests, <$0.0001: demo.airports by get 1.5\n';

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'headgate-cli-'));
});
afterEach(() => rm(cwd, { recursive: true }));

interface World {
  /** What the engine was asked. */
  readonly requests: StatementRequest[];
  readonly configs: HeadgateConfig[];
  readonly ups: UpOptions[];
  /** Like Ctrl-C. */
  interrupt(): void;
  closed: number;
  exitedAt: number | undefined;
}

interface Scene {
  /** The rows of the engine; two by default. */
  readonly batches?: (signal: AbortSignal, request: StatementRequest) => AsyncIterable<RowBatch>;
  readonly engine?: Partial<Engine>;
  readonly stdin?: Readable;
  readonly stdout?: OutputStream;
  readonly isTTY?: boolean;
  readonly env?: Record<string, string>;
  readonly services?: Partial<CommandServices>;
}

interface Outcome extends World {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line against an engine and a catalog made of constants. `interrupt` is in the world from the start. */
async function headgate(args: readonly string[], scene: Scene = {}, world: World = newWorld()): Promise<Outcome> {
  const terminal = { isTTY: scene.isTTY === true, columns: 100 };
  const stdout = scene.stdout ?? Object.assign(new PassThrough(), terminal);
  const stderr = Object.assign(new PassThrough(), terminal);
  const services: CommandServices = {
    terminal: {
      stdin: scene.stdin ?? Readable.from([]),
      stdout,
      stderr,
      env: scene.env ?? {},
      cwd,
      onInterrupt(listener) {
        world.interrupt = listener;
        return () => {};
      },
      exitNow(status) {
        world.exitedAt = status;
      },
    },
    async openGateway(config) {
      world.configs.push(config);
      return {
        engine: { ...fakeEngine(scene, world), ...scene.engine },
        catalog: CATALOG,
        async close() {
          world.closed++;
        },
      };
    },
    serve: async () => {
      throw new Error('no command of this test serves');
    },
    rotateKey: async () => ({ secrets: 0, isFile: true }),
    verifyOwnTrail: async () => undefined,
    renderPlan: async () => 'demo.airports: get',
    async runUp(options) {
      world.ups.push(options);
    },
    ...scene.services,
  };
  const status = await runCommandLine(args, services);
  const written = stdout instanceof PassThrough ? text(stdout.end()) : '';
  return { ...world, status, stdout: await written, stderr: await text(stderr.end()) };
}

function newWorld(): World {
  return { requests: [], configs: [], ups: [], interrupt: () => {}, closed: 0, exitedAt: undefined };
}

function fakeEngine(scene: Scene, world: World): Engine {
  return {
    async run(request, signal) {
      world.requests.push(request);
      const batches = scene.batches?.(signal, request) ?? iterate([ROWS]);
      return { columns: COLUMNS, batches, plan: PLAN, summary: () => SUMMARY, close: async () => {} };
    },
    async plan(request) {
      world.requests.push(request);
      return PLAN;
    },
    async exportParquet(request) {
      world.requests.push(request);
      const path = join(cwd, 'export.parquet');
      await writeFile(path, 'PAR1 rows PAR1');
      return { path, plan: PLAN, summary: SUMMARY };
    },
    close: async () => {},
  };
}

async function* iterate(batches: readonly RowBatch[]): AsyncGenerator<RowBatch> {
  yield* batches;
}

/** Rows that come until the statement is cancelled. */
async function* endless(signal: AbortSignal, onBatch: () => void): AsyncGenerator<RowBatch> {
  for (;;) {
    if (signal.aborted) throw new HeadgateError('CANCELLED', 'The statement was cancelled.');
    onBatch();
    yield ROWS;
  }
}

const CATALOG: Catalog = {
  schemas: ['demo', 'shop'],
  async listTables(schema) {
    const tables: Record<string, string[]> = {
      demo: ['airports', 'flights'],
      shop: ['flights', 'order.lines', 'Orders'],
    };
    const found = tables[schema];
    if (found === undefined) throw new HeadgateError('SCHEMA_NOT_FOUND', `There is no schema "${schema}".`);
    return found;
  },
  async table({ schema, table }): Promise<CatalogTable> {
    return {
      schema,
      name: table,
      columns: [],
      sample: undefined,
      describedAt: new Date().toISOString(),
      description: {
        name: table,
        arn: undefined,
        status: 'ACTIVE',
        partitionKey: { name: 'id', type: 'S' },
        sortKey: undefined,
        indexes: [],
        itemCount: 0,
        sizeBytes: 0,
        billing: { mode: 'on-demand', maxReadUnits: undefined },
        warmReadUnits: undefined,
        tableClass: 'STANDARD',
      },
    };
  },
};

describe('headgate query', () => {
  test('writes rows to standard output, warnings and cost to standard error', async () => {
    const { status, stdout, stderr, closed } = await headgate(['query', 'SELECT 1']);
    expect(status).toBe(0);
    expect(
      stdout
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
    ).toMatchObject([{ iata: 'SEA' }, { iata: 'PDX' }]);
    expect(stderr).toBe(`warning: 3 values of "fare" are no numbers and read as NULL.\n${COST}`);
    expect(closed).toBe(1);
  });

  test('writes a table on a terminal', async () => {
    const { stdout } = await headgate(['query', 'SELECT 1'], { isTTY: true });
    expect(stdout).toMatch(/iata.*flights/);
    expect(stdout).toMatch(/SEA.*12/);
  });

  test('hands on every option', async () => {
    const { requests, configs } = await headgate([
      ...['query', '--schema', 'demo', '--timeout', '1.5s', '--consistent', '--max-units', '10.5'],
      ...['--param', 'day=2001-01-01', '--param', 'n=-5', 'SELECT $day, $n'],
    ]);
    expect(requests).toEqual([
      {
        sql: 'SELECT $day, $n',
        defaultSchema: 'demo',
        timeoutMs: 1500,
        consistentRead: true,
        maxUnits: 10.5,
        parameters: { kind: 'named', values: { day: '2001-01-01', n: '-5' } },
        onProgress: expect.any(Function),
      },
    ]);
    expect(configs[0]?.source).toEqual({ kind: 'demo' });
  });

  test('takes values that begin with a dash', async () => {
    const { requests } = await headgate(['query', 'SELECT ?, ?', '--param', '-5', '--param=--x']);
    expect(requests[0]?.parameters).toEqual({ kind: 'positional', values: ['-5', '--x'] });
  });

  test('takes a statement that begins with a comment', async () => {
    for (const sql of ['-- the first\nSELECT 1', '--the second\nSELECT 1']) {
      const { requests, status } = await headgate(['query', sql, '--schema', 'demo']);
      expect([requests[0]?.sql.trim(), requests[0]?.defaultSchema, status]).toEqual([sql, 'demo', 0]);
    }
    expect((await headgate(['query', '--plam'])).stderr).toContain('--plan');
  });

  test('reads the statement from a file or from standard input', async () => {
    await writeFile(join(cwd, 'a.sql'), '\ufeffSELECT 2');
    expect((await headgate(['query', '--file', 'a.sql'])).requests[0]?.sql).toBe('SELECT 2');
    expect((await headgate(['query', '-'], { stdin: Readable.from(['SELECT', ' 3']) })).requests[0]?.sql).toBe(
      'SELECT 3',
    );
    expect((await headgate(['query', '--file', '-'], { stdin: Readable.from(['SELECT 4']) })).requests[0]?.sql).toBe(
      'SELECT 4',
    );
    expect(await headgate(['query', '--file', 'gone.sql'])).toMatchObject({ status: 3, closed: 0 });
  });

  test('needs just one statement', async () => {
    expect(await headgate(['query'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('There is no statement.'),
    });
    expect(await headgate(['query', 'SELECT 1', '--file', 'a.sql'])).toMatchObject({ status: 2 });
  });

  test('finds the configuration that --config names, before or after the command', async () => {
    await writeFile(join(cwd, 'other.yaml'), 'schemas: [{ name: other }]');
    for (const args of [
      ['--config', 'other.yaml', 'query', 'SELECT 1'],
      ['query', 'SELECT 1', '--config', 'other.yaml'],
    ]) {
      expect((await headgate(args)).configs[0]?.schemas[0]?.name).toBe('other');
    }
  });

  test('shows the plan without reading', async () => {
    const tree = await headgate(['query', '--plan', 'SELECT 1']);
    expect(tree).toMatchObject({ status: 0, stdout: 'demo.airports: get\n', stderr: '' });
    const json = await headgate(['query', '--plan', '--format', 'json', 'SELECT 1']);
    expect(JSON.parse(json.stdout)).toEqual(PLAN);
    expect(await headgate(['query', '--plan', '--format', 'csv', 'SELECT 1'])).toMatchObject({ status: 2 });
  });

  test('copies a Parquet export to where it is wanted and removes it', async () => {
    const piped = await headgate(['query', '--format', 'parquet', 'SELECT 1']);
    expect(piped).toMatchObject({ status: 0, stdout: 'PAR1 rows PAR1', stderr: expect.stringContaining(COST) });
    await headgate(['query', '-o', 'rows.parquet', 'SELECT 1'], { isTTY: true });
    expect(await readdir(cwd)).toEqual(['rows.parquet']);
    expect(await readFile(join(cwd, 'rows.parquet'), 'utf8')).toBe('PAR1 rows PAR1');
  });

  test('refuses to write binary to a terminal', async () => {
    const { status, stderr, requests } = await headgate(['query', '--format', 'arrow', 'SELECT 1'], { isTTY: true });
    expect({ status, requests }).toEqual({ status: 2, requests: [] });
    expect(stderr).toContain('--output rows.arrow');
  });

  test('leaves no half file when the statement fails, and tells what it has read', async () => {
    const { status, stderr } = await headgate(['query', '--output', 'rows.csv', 'SELECT\n x'], {
      async *batches() {
        yield ROWS;
        throw new HeadgateError('SQL_EXECUTION', 'Cannot cast "x".', { position: { line: 2, column: 2 } });
      },
    });
    expect(status).toBe(2);
    expect(await readdir(cwd)).toEqual([]);
    expect(stderr).toMatchInlineSnapshot(`
      "error: Cannot cast "x".
        2 |  x
          |  ^
      code: SQL_EXECUTION
      Read 1.5 units in 2 requests, <$0.0001.
      "
    `);
  });

  test('ends with 124 on a timeout', async () => {
    const timeout = async () => {
      throw new HeadgateError('TIMEOUT', 'The statement ran longer than 1 s.');
    };
    expect(await headgate(['query', '--timeout', '1s', 'SELECT 1'], { engine: { run: timeout } })).toMatchObject({
      status: 124,
      stderr: 'error: The statement ran longer than 1 s.\ncode: TIMEOUT\n',
      closed: 1,
    });
  });

  test('shows progress on a terminal only, and takes it away before the rows', async () => {
    const batches = (_: AbortSignal, request: StatementRequest) => {
      request.onProgress?.({ phase: 'reading', table: 'demo.airports', requests: 3, items: 1200, readUnits: 4 });
      return iterate([ROWS]);
    };
    const onTerminal = await headgate(['query', 'SELECT 1'], { batches, isTTY: true });
    const [before, drawn, after] = onTerminal.stderr.split('\r\u001b[K');
    expect(before).toBe('');
    expect(drawn).toMatch(/^reading demo\.airports: 3 requests, 1,200 items, 4\.0 units, \d+ ms$/);
    expect(after).toMatch(/^warning: /);
    const piped = await headgate(['query', 'SELECT 1'], { batches });
    expect(piped.stderr).not.toContain('reading');
  });
});

describe('an interruption', () => {
  test('cancels the statement, tells what was spent, and ends with 130', async () => {
    const world = newWorld();
    let batchesBeforeInterrupt = 0;
    const { status, stderr, closed } = await headgate(
      ['query', '--output', 'rows.csv', 'SELECT 1'],
      {
        batches: (signal) =>
          endless(signal, () => {
            if (++batchesBeforeInterrupt === 3) world.interrupt();
          }),
      },
      world,
    );
    expect({ status, stderr, closed }).toEqual({
      status: 130,
      stderr: 'cancelled. Read 1.5 units in 2 requests, <$0.0001.\n',
      closed: 1,
    });
    expect(await readdir(cwd)).toEqual([]);
  });

  test('before the first row tells what the progress told', async () => {
    const world = newWorld();
    const run: Engine['run'] = async (request, signal) => {
      request.onProgress?.({ phase: 'reading', requests: 1, items: 1, readUnits: 1 });
      world.interrupt();
      signal.throwIfAborted();
      throw new Error('the signal was not aborted');
    };
    const { status, stderr } = await headgate(['query', 'SELECT 1'], { engine: { run } }, world);
    expect({ status, stderr }).toEqual({ status: 130, stderr: 'cancelled. Read 1.0 unit in 1 request.\n' });
  });

  test('that comes twice ends at once', async () => {
    const world = newWorld();
    const run: Engine['run'] = async () => {
      world.interrupt();
      expect(world.exitedAt).toBeUndefined();
      world.interrupt();
      throw new HeadgateError('CANCELLED', 'The statement was cancelled.');
    };
    expect((await headgate(['query', 'SELECT 1'], { engine: { run } }, world)).exitedAt).toBe(130);
  });

  test('while standard input is awaited ends the wait', async () => {
    const world = newWorld();
    const pending = headgate(['query', '-'], { stdin: new PassThrough() }, world);
    world.interrupt();
    expect(await pending).toMatchObject({ status: 130, stderr: 'cancelled\n', requests: [] });
  });

  test('by a reader that has left ends quietly with 0 and cancels the statement', async () => {
    let batchCount = 0;
    let ended = false;
    async function* batches(signal: AbortSignal): AsyncGenerator<RowBatch> {
      try {
        yield* endless(signal, () => {
          batchCount++;
        });
      } finally {
        ended = true;
      }
    }
    const broken = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('broken pipe'), { code: 'EPIPE' })),
    }).on('error', () => {});
    const { status, stderr, closed } = await headgate(['query', 'SELECT 1'], { batches, stdout: broken });
    expect({ status, stderr, closed, ended }).toEqual({ status: 0, stderr: '', closed: 1, ended: true });
    expect(batchCount).toBeGreaterThan(0);
  });
});

describe('headgate tables and describe', () => {
  test('list the tables of every schema, or of one', async () => {
    const all = await headgate(['tables']);
    expect(all.stdout).toBe('demo.airports\ndemo.flights\nshop.flights\nshop.order.lines\nshop.Orders\n');
    const one = await headgate(['tables', 'demo', '--format', 'json']);
    expect(JSON.parse(one.stdout)).toEqual([
      { schema: 'demo', table: 'airports' },
      { schema: 'demo', table: 'flights' },
    ]);
    expect(await headgate(['tables', 'gone'])).toMatchObject({ status: 5, closed: 1 });
  });

  test.each([
    [['demo.flights'], 'demo.flights:'],
    [['airports'], 'demo.airports:'],
    [['flights', '--schema', 'shop'], 'shop.flights:'],
    [['order.lines'], 'shop.order.lines:'],
    [['SHOP.orders'], 'shop.Orders:'],
  ])('find the table that %j means', async (args, firstWord) => {
    const { stdout, stderr } = await headgate(['describe', ...args]);
    expect(stderr).toBe('');
    expect(stdout.split(' ')[0]).toBe(firstWord);
  });

  test('describe as JSON for programs', async () => {
    const { stdout } = await headgate(['describe', 'airports', '--format', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'demo', name: 'airports', columns: [] });
  });

  test('name the nearest table, and ask when several are meant', async () => {
    expect(await headgate(['describe', 'airport'])).toMatchObject({
      status: 5,
      stderr: 'error: There is no table "airport".\nhint: Did you mean airports?\ncode: TABLE_NOT_FOUND\n',
    });
    expect((await headgate(['describe', 'demo.fligths'])).stderr).toContain('Did you mean demo.flights?');
    expect(await headgate(['describe', 'flights'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('Say which one: demo.flights or shop.flights'),
    });
  });
});

describe('headgate init', () => {
  test('writes a file that is then read, and replaces one only when forced', async () => {
    expect(await headgate(['init'])).toMatchObject({
      status: 0,
      stdout: '',
      stderr: expect.stringContaining('headgate.yaml'),
    });
    expect((await headgate(['tables'])).configs[0]?.source.kind).toBe('file');
    await writeFile(join(cwd, 'headgate.yaml'), 'mine');
    expect(await headgate(['init'])).toMatchObject({ status: 3, stderr: expect.stringContaining('--force') });
    expect(await readFile(join(cwd, 'headgate.yaml'), 'utf8')).toBe('mine');
    expect(await headgate(['init', '--force'])).toMatchObject({ status: 0 });
    expect(await readFile(join(cwd, 'headgate.yaml'), 'utf8')).toContain('schemas:');
  });

  test('writes where --config says', async () => {
    expect(await headgate(['init', '--config', 'other.yaml'])).toMatchObject({ status: 0 });
    expect(await readdir(cwd)).toEqual(['other.yaml']);
  });
});

describe('headgate up', () => {
  test('hands on what to start', async () => {
    expect((await headgate(['up'])).ups).toEqual([{ demo: false, port: undefined, once: false }]);
    const env = { HEADGATE_ONCE: '1' };
    expect((await headgate(['up', '--demo', '--port', '0'], { env })).ups).toEqual([
      { demo: true, port: 0, once: true },
    ]);
    expect(await headgate(['up', '--port', '65536'])).toMatchObject({ status: 2, ups: [] });
  });

  test('that ends after Ctrl-C has ended well', async () => {
    const world = newWorld();
    const runUp: CommandServices['runUp'] = async (_options, _streams, signal) => {
      world.interrupt();
      expect(signal.aborted).toBe(true);
    };
    expect(await headgate(['up'], { services: { runUp } }, world)).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('what is wrong on the command line', () => {
  test.each([
    'quer',
    'query --formt csv SQL',
    'query --format cvs SQL',
    'query --format xlsx SQL',
    'query --timeout 30 SQL',
    'query --max-units 0 SQL',
    'query --param',
    'query SQL SQL',
    'describe',
    'up --port http',
  ])('headgate %s', async (line) => {
    const { status, stdout, stderr, configs } = await headgate(line.split(' '));
    expect({ status, stdout, configs }).toEqual({ status: 2, stdout: '', configs: [] });
    expect(stderr).toMatchSnapshot();
  });

  test('a missing command shows the help on standard error', async () => {
    const { status, stdout, stderr } = await headgate([]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('Usage: headgate');
  });

  test('every problem of the configuration is shown', async () => {
    await writeFile(join(cwd, 'headgate.yaml'), 'schemas:\n  - name: demo\n    tabels: "*"\ncolour: blue\n');
    const { status, stderr } = await headgate(['tables']);
    expect(status).toBe(3);
    expect(stderr).toContain(
      'headgate.yaml:3:5 unknown key "tabels", did you mean "tables"?\nheadgate.yaml:4:1 unknown',
    );
  });
});

test('what should not happen is INTERNAL, without a stack unless HEADGATE_DEBUG=1', async () => {
  const run = async () => {
    throw new TypeError('x is not a function');
  };
  const { status, stderr } = await headgate(['query', 'SELECT 1'], { engine: { run } });
  expect(status).toBe(70);
  expect(stderr).toMatchInlineSnapshot(`
    "error: Something happened in Headgate that should not.
    x is not a function
    hint: Please report it, with the command and what it printed under HEADGATE_DEBUG=1.
    code: INTERNAL
    "
  `);
  const debug = await headgate(['query', 'SELECT 1'], { engine: { run }, env: { HEADGATE_DEBUG: '1' } });
  expect(debug.stderr).toMatch(/TypeError: x is not a function\n +at /);
});

test('colours need a terminal and no NO_COLOR', async () => {
  const stderrOf = async (scene: Scene) => (await headgate(['query'], scene)).stderr;
  expect(await stderrOf({ isTTY: true })).toContain('\u001b[1;31merror:');
  expect(await stderrOf({ isTTY: true, env: { NO_COLOR: '1' } })).toMatch(/^error:/);
  expect(await stderrOf({ isTTY: true, env: { TERM: 'dumb' } })).toMatch(/^error:/);
  expect(await stderrOf({})).toMatch(/^error:/);
});

describe('help', () => {
  test.each([[[]], [['query']], [['tables']], [['describe']], [['why']], [['init']], [['up']]])(
    'of %j has examples and opens nothing',
    async (command) => {
      const { status, stdout, stderr, configs } = await headgate([...command, '--help']);
      expect({ status, stderr, configs }).toEqual({ status: 0, stderr: '', configs: [] });
      expect(stdout).toContain('Examples:\n  headgate ');
      expect(stdout).toMatchSnapshot();
    },
  );

  test('is there as a command too', async () => {
    expect((await headgate(['help', 'query'])).stdout).toBe((await headgate(['query', '--help'])).stdout);
  });

  test('the version is that of the package', async () => {
    const { version } = JSON.parse(await readFile(new URL('../../../package.json', import.meta.url), 'utf8'));
    expect(await headgate(['--version'])).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' });
  });
});
