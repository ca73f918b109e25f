import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCatalog } from '../../src/catalog/open-catalog.js';
import type { Item } from '../../src/dynamodb/attribute-value.js';
import { connectDynamodb, type DynamodbConnectionHandle } from '../../src/dynamodb/connect.js';
import { openEmbedded } from '../../src/dynamodb/embedded/open-embedded.js';
import type { TableDefinition } from '../../src/dynamodb/write-items.js';
import type { EngineOptions } from '../../src/query/engine-options.js';
import { openEngine } from '../../src/query/open-engine.js';
import type { StatementPlan } from '../../src/query/plan/statement-plan.js';
import type { ResultColumn, ResultValue } from '../../src/query/result.js';
import type { Engine, StatementRequest, StatementSummary } from '../../src/query/statement.js';

/** A table of a test: its definition and its items. */
export interface TestTable extends TableDefinition {
  readonly items: readonly Item[];
}

export interface Answer {
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly (readonly ResultValue[])[];
  readonly plan: StatementPlan;
  readonly summary: StatementSummary;
}

export interface TestGateway {
  readonly engine: Engine;
  /** The embedded DynamoDB itself, for asking it directly. */
  readonly dynamodb: DynamodbConnectionHandle;
  readonly endpoint: string;
  /** Where the engine keeps spilled rows and exports. */
  readonly tempDirectory: string;
  ask(sql: string, options?: Omit<StatementRequest, 'sql'>): Promise<Answer>;
  addTable(table: TestTable): Promise<void>;
  close(): Promise<void>;
}

export interface TestGatewayOptions {
  readonly tables?: readonly TestTable[];
  /** Table to attribute to declared type. */
  readonly declarations?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Whether expired items of a table are hidden, or the attribute that tells them. */
  readonly hideExpired?: (table: string) => boolean | string;
  /** Where DynamoDB is asked, when not the embedded one itself: a proxy in front of it. */
  readonly endpointOf?: (embedded: string) => string | Promise<string>;
  /** What the engine may use. */
  readonly limits?: Partial<Pick<EngineOptions, 'memoryBytes' | 'tempDiskBytes' | 'maxUnits' | 'timeoutMs'>>;
}

const NEVER = new AbortController().signal;
const LOCAL_KEYS = { kind: 'keys', accessKeyId: 'local', secretAccessKey: 'local' } as const;

/** An engine over an embedded DynamoDB in memory, with one schema called `test`. */
export async function openTestGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const directory = await mkdtemp(join(tmpdir(), 'headgate-test-'));
  const embedded = await openEmbedded({ directory: undefined, signal: NEVER });
  const connection = { region: 'us-east-1', credentials: LOCAL_KEYS };
  const dynamodb = connectDynamodb({ ...connection, endpoint: embedded.endpoint });
  const endpoint = (await options.endpointOf?.(embedded.endpoint)) ?? embedded.endpoint;
  const asked = connectDynamodb({ ...connection, endpoint });
  const catalog = openCatalog({
    schemas: () => [
      {
        name: 'test',
        reader: asked.reader,
        directory: asked.directory,
        tables: '*',
        declarations: options.declarations ?? {},
        ...(options.hideExpired && { hideExpired: options.hideExpired }),
        cacheKey: embedded.endpoint,
      },
    ],
    cacheDirectory: join(directory, 'catalog'),
    clock: () => new Date(),
  });
  const tempDirectory = join(directory, 'tmp');
  const engine = await openEngine({
    catalog,
    readerOf: () => asked.reader,
    tempDirectory,
    memoryBytes: 2 ** 30,
    tempDiskBytes: 2 ** 30,
    threads: 2,
    timeoutMs: undefined,
    maxUnits: undefined,
    ...options.limits,
  });
  const addTable = async ({ items, ...definition }: TestTable) => {
    await dynamodb.writer.createTable(definition, NEVER);
    await dynamodb.writer.putItems(definition.name, items, { signal: NEVER });
  };
  for (const table of options.tables ?? []) await addTable(table);
  return {
    engine,
    dynamodb,
    endpoint: embedded.endpoint,
    tempDirectory,
    addTable,
    async ask(sql, request = {}) {
      const result = await engine.run({ ...request, sql }, NEVER);
      const rows: (readonly ResultValue[])[] = [];
      for await (const batch of result.batches) rows.push(...batch);
      return { columns: result.columns, rows, plan: result.plan, summary: result.summary() };
    },
    async close() {
      await engine.close();
      asked.close();
      dynamodb.close();
      await embedded.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
