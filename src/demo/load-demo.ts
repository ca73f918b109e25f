import type { DynamodbConnectionHandle } from '../dynamodb/connect.js';
import type { TableDefinition } from '../dynamodb/write-items.js';
import { demoItems } from './demo-items.js';
import { isMarked, removeMarker, writeMarker } from './demo-marker.js';
import { DEMO_TABLES } from './demo-tables.js';

/** The DynamoDB that has, or shall have, the sample data, and the directory of its state. */
export interface DemoTarget {
  readonly handle: Pick<DynamodbConnectionHandle, 'directory' | 'writer'>;
  /** `home` of the configuration. */
  readonly home: string;
}

export interface LoadDemoOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: LoadDemoProgress) => void;
}

export interface LoadDemoProgress {
  /** The table that is being written. */
  readonly table: string;
  /** Of all tables, so far. */
  readonly items: number;
  readonly totalItems: number;
}

/** Items of all demo tables together. */
export const DEMO_ITEM_COUNT = DEMO_TABLES.reduce((sum, { itemCount }) => sum + itemCount, 0);

/** Whether the sample data has to be loaded: it never was, not to the end, or the tables are gone. One quick request. */
export async function demoMissing({ handle, home }: DemoTarget, signal: AbortSignal): Promise<boolean> {
  if (!(await isMarked(home))) return true;
  const names = await handle.directory.listTables(signal);
  return DEMO_TABLES.some(({ definition }) => !names.includes(definition.name));
}

/**
 * Makes the tables that are missing and writes all items, over those with the same key; so a load that was broken off, and
 * two at the same time, end with the same tables. Throws FILE_ERROR, CANCELLED and the codes of DynamoDB.
 */
export async function loadDemo(target: DemoTarget, { signal, onProgress }: LoadDemoOptions): Promise<void> {
  await removeMarker(target.home);
  let itemsBefore = 0;
  for (const { definition, itemCount } of DEMO_TABLES) {
    await makeTable(definition, target, signal);
    await target.handle.writer.putItems(definition.name, await demoItems(definition.name), {
      signal,
      asTransactions: true,
      onProgress: (written) =>
        onProgress?.({ table: definition.name, items: itemsBefore + written, totalItems: DEMO_ITEM_COUNT }),
    });
    itemsBefore += itemCount;
  }
  await writeMarker(target.home);
}

async function makeTable(definition: TableDefinition, { handle }: DemoTarget, signal: AbortSignal): Promise<void> {
  const exists = async () => (await handle.directory.listTables(signal)).includes(definition.name);
  if (await exists()) return;
  try {
    await handle.writer.createTable(definition, signal);
  } catch (error) {
    // Another process that loads at the same time may have been first.
    if (!(await exists())) throw error;
  }
}
