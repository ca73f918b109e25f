import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Column } from '../../src/catalog/model.js';
import { openCatalog } from '../../src/catalog/open-catalog.js';
import { connectDynamodb } from '../../src/dynamodb/connect.js';
import { openEmbedded } from '../../src/dynamodb/embedded/open-embedded.js';
import type { TableDescription } from '../../src/dynamodb/table-description.js';
import type { PagedOptions, TableDirectory, TableReader } from '../../src/dynamodb/table-reader.js';
import { openEngine } from '../../src/query/open-engine.js';
import type { StatementPlan } from '../../src/query/plan/statement-plan.js';
import type { ResultColumn, ResultValue } from '../../src/query/result.js';
import type { FaultPlan } from '../faults/fault-plan.js';
import { compositeIndexReader, isComposite } from './composite-indexes.js';
import { openFaultLanes } from './fault-lanes.js';
import type { RandomTable } from './random-tables.js';

export interface LoadedTable {
  readonly name: string;
  readonly columns: readonly Column[];
}

export interface GatewayAnswer {
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly (readonly ResultValue[])[];
  readonly plan: StatementPlan;
}

/** One gateway for all cases of a run: the schema `test` over an embedded DynamoDB, which gets new tables for each case. */
export interface GatewayUnderTest {
  load(tables: readonly RandomTable[]): Promise<LoadedTable[]>;
  ask(sql: string, options: AskOptions): Promise<GatewayAnswer>;
  close(): Promise<void>;
}

export interface AskOptions {
  readonly pushdown: boolean;
  /** What goes wrong while the statement reads; the catalog is spared. */
  readonly faults?: FaultPlan | undefined;
}

const NEVER = new AbortController().signal;
/** Time stands still: a sample that grows old is taken anew, and then shows columns that the statements do not expect. */
const STARTED_AT = new Date();

export async function openGatewayUnderTest(): Promise<GatewayUnderTest> {
  const directory = await mkdtemp(join(tmpdir(), 'headgate-equivalence-'));
  const embedded = await openEmbedded({ directory: undefined, signal: NEVER });
  const credentials = { kind: 'keys', accessKeyId: 'local', secretAccessKey: 'local' } as const;
  const dynamodb = connectDynamodb({ region: 'us-east-1', credentials, endpoint: embedded.endpoint });
  const tables = new Map<string, RandomTable>();
  // The catalog keeps this very list, so that a table is known as soon as it is added.
  const names: string[] = [];
  const lanes = await openFaultLanes(embedded.endpoint, dynamodb.reader);
  const reader = pagedReader(compositeIndexReader(lanes.reader, tables), tables);
  const catalog = openCatalog({
    schemas: () => [
      {
        name: 'test',
        reader: dynamodb.reader,
        directory: claimingDirectory(dynamodb.directory, tables),
        tables: names,
        declarations: {},
        cacheKey: embedded.endpoint,
      },
    ],
    cacheDirectory: join(directory, 'catalog'),
    clock: () => STARTED_AT,
    random: () => 0.5,
  });
  const engine = await openEngine({
    catalog,
    readerOf: () => reader,
    tempDirectory: join(directory, 'tmp'),
    memoryBytes: 2 ** 30,
    tempDiskBytes: 2 ** 30,
    // Another process of the run has the other core.
    threads: 1,
    timeoutMs: undefined,
    maxUnits: 1e9,
  });

  async function ask(sql: string, { faults, ...options }: AskOptions): Promise<GatewayAnswer> {
    return faults === undefined ? answer(sql, options) : lanes.during(faults, () => answer(sql, options));
  }

  async function answer(sql: string, { pushdown }: Pick<AskOptions, 'pushdown'>): Promise<GatewayAnswer> {
    const { columns, batches, plan } = await engine.run({ sql, pushdown }, NEVER);
    const rows: (readonly ResultValue[])[] = [];
    for await (const batch of batches) rows.push(...batch);
    return { columns, rows, plan };
  }

  async function loadTable({ items, ...table }: RandomTable): Promise<LoadedTable> {
    const name = `table-${names.length}.v1`;
    tables.set(name, { items, ...table });
    names.push(name);
    const { partitionKey, sortKey, indexes = [], sampledItems } = table;
    const simple = indexes.filter((index) => !isComposite(index));
    await dynamodb.writer.createTable({ name, partitionKey, sortKey, indexes: simple }, NEVER);
    await dynamodb.writer.putItems(name, items.slice(0, sampledItems), { signal: NEVER });
    const schemaTable = { schema: 'test', table: name };
    const { sample } = await catalog.table(schemaTable, NEVER);
    if (sampledItems < items.length || sample?.complete !== true) {
      await dynamodb.writer.putItems(name, items.slice(sampledItems), { signal: NEVER });
      // Reads everything once, so that numbers longer than those of the sample widen their columns for good.
      await ask(`SELECT * FROM test."${name}"`, { pushdown: false });
    }
    const { columns } = await catalog.table(schemaTable, NEVER);
    return { name, columns };
  }

  return {
    load: (loaded) => Promise.all(loaded.map(loadTable)),
    ask,
    async close() {
      await engine.close();
      await lanes.close();
      dynamodb.close();
      await embedded.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Small pages, where the table wants them. */
function pagedReader(reader: TableReader, tables: ReadonlyMap<string, RandomTable>): TableReader {
  const limited = <R extends PagedOptions>(request: R): R => {
    const limit = tables.get(request.tableName)?.pageItems;
    return limit === undefined ? request : { ...request, limit: Math.min(limit, request.limit ?? limit) };
  };
  return {
    ...reader,
    query: (request, signal) => reader.query(limited(request), signal),
    scan: (request, signal) => reader.scan(limited(request), signal),
  };
}

/** Tables that claim to be large, so that their keys and indexes are worth using, and to have composite indexes. */
function claimingDirectory(directory: TableDirectory, tables: ReadonlyMap<string, RandomTable>): TableDirectory {
  return {
    ...directory,
    async describeTable(name, signal): Promise<TableDescription> {
      const description = await directory.describeTable(name, signal);
      const table = tables.get(name);
      const composite = (table?.indexes ?? [])
        .filter(isComposite)
        .map((index) => ({ ...index, usable: true, itemCount: table?.items.length ?? 0, sizeBytes: 0 }));
      const indexes = [...description.indexes, ...composite];
      const itemCount = table?.claimedItems;
      if (itemCount === undefined) return { ...description, indexes };
      return {
        ...description,
        itemCount,
        sizeBytes: itemCount * 10_000,
        indexes: indexes.map((index) => ({ ...index, itemCount, sizeBytes: itemCount * 1000 })),
      };
    },
  };
}
