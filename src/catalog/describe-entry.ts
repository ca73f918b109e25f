import { HeadgateError } from '../base/errors/headgate-error.js';
import type { TableDescription } from '../dynamodb/table-description.js';
import type { TableDirectory, TableReader } from '../dynamodb/table-reader.js';
import { type CacheEntry, isSameTable, isSampleGood } from './cache-entry.js';
import { columnsOf } from './columns.js';
import { type Expiry, expiryOf } from './expiry.js';
import { sampleTable, type TableSample } from './sample-table.js';

export interface TableToDescribe {
  readonly schema: string;
  readonly name: string;
  readonly reader: TableReader;
  readonly directory: TableDirectory;
  readonly declarations: Readonly<Record<string, string>>;
  readonly hideExpired: boolean | string;
  readonly clock: () => Date;
  readonly random?: (() => number) | undefined;
  readonly onProgress?: ((progress: CatalogProgress) => void) | undefined;
}

/** What the catalog is doing, for people who wait. */
export type CatalogProgress =
  | { readonly kind: 'describing' | 'sampling'; readonly schema: string; readonly table: string }
  | {
      readonly kind: 'sampled';
      readonly schema: string;
      readonly table: string;
      readonly items: number;
      readonly readUnits: number;
    }
  /** The catalog works without its files, only slower after the next start. */
  | { readonly kind: 'not-saved'; readonly schema: string; readonly table: string; readonly error: unknown };

/**
 * Describes the table, and samples it unless the sample of `previous` still serves. Without the permission to read items
 * the entry has no sample and only columns that DescribeTable or a declaration tells. Throws what reader and directory throw.
 */
export async function describeEntry(
  table: TableToDescribe,
  previous: CacheEntry | undefined,
  signal: AbortSignal,
): Promise<CacheEntry> {
  const { schema, name, clock } = table;
  table.onProgress?.({ kind: 'describing', schema, table: name });
  const description = await table.directory.describeTable(name, signal);
  const expiry = await expiryOf(table.hideExpired, table, signal);
  const describedAt = clock();
  const usable = previous !== undefined && isSameTable(previous.table.description, description) ? previous : undefined;
  const facts = { description, expiry, describedAt: describedAt.toISOString() };
  const kept = usable && { ...usable, table: { ...usable.table, ...facts } };
  if (kept !== undefined && isSampleGood(kept, description, describedAt)) return kept;
  try {
    const sampled = await sampleOf(table, description, signal);
    return entryOf(table, { ...facts, sampled });
  } catch (error) {
    if (!(error instanceof HeadgateError) || signal.aborted) throw error;
    // An old sample is better than none, and its age is shown.
    const isBearable = error.code === 'AWS_ACCESS_DENIED' || error.kind.retryable;
    if (isBearable && kept?.table.sample !== undefined) return kept;
    if (error.code !== 'AWS_ACCESS_DENIED') throw error;
    return entryOf(table, { ...facts, sampled: undefined });
  }
}

async function sampleOf(
  { schema, name, reader, clock, random, onProgress }: TableToDescribe,
  description: TableDescription,
  signal: AbortSignal,
): Promise<TableSample> {
  onProgress?.({ kind: 'sampling', schema, table: name });
  const sampled = await sampleTable({ reader, description, clock, ...(random && { random }) }, signal);
  const { items, readUnits } = sampled.sample;
  onProgress?.({ kind: 'sampled', schema, table: name, items, readUnits });
  return sampled;
}

interface TableFacts {
  readonly description: TableDescription;
  readonly expiry: Expiry | undefined;
  readonly sampled: TableSample | undefined;
  /** ISO 8601. */
  readonly describedAt: string;
}

function entryOf(
  { schema, name, declarations }: TableToDescribe,
  { description, expiry, sampled, describedAt }: TableFacts,
): CacheEntry {
  const { profile, statistics } = sampled ?? {};
  const columns = columnsOf({ description, profile, statistics, declarations });
  return {
    table: { schema, name, description, columns, expiry, sample: sampled?.sample, describedAt },
    sampledItemCount: description.itemCount,
    widened: [],
  };
}
