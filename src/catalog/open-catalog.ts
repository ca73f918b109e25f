import { HeadgateError } from '../base/errors/headgate-error.js';
import { nearest } from '../base/nearest.js';
import type { TableDirectory, TableReader } from '../dynamodb/table-reader.js';
import { type CacheEntry, isFresh, type WidenedColumn, widenEntry } from './cache-entry.js';
import { CatalogCache } from './catalog-cache.js';
import { type CatalogProgress, describeEntry, type TableToDescribe } from './describe-entry.js';
import type { Catalog, CatalogTable, SchemaTable } from './model.js';
import { noSuchTable } from './no-such-table.js';
import { SharedWork } from './shared-work.js';

/** A schema as the catalog needs it. */
export interface CatalogSchema {
  readonly name: string;
  readonly reader: TableReader;
  readonly directory: TableDirectory;
  /** The tables that may be seen, or `*` for all of the account and region. */
  readonly tables: readonly string[] | '*';
  /** Table to attribute to declared type, for example `{ orders: { day: 'date' } }`. */
  readonly declarations: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Whether expired items of a table are hidden, or the attribute that tells them; never unless said. */
  readonly hideExpired?: (table: string) => boolean | string;
  /** Tells one account, region and endpoint from another: what was cached for one must not serve another. */
  readonly cacheKey: string;
}

export interface CatalogOptions {
  /** As they are now: one may come, go and change while the catalog is open. */
  readonly schemas: () => readonly CatalogSchema[];
  /** Why a schema that there is, is not among them: what to throw when it is asked for. */
  readonly unavailable?: (schema: string) => HeadgateError | undefined;
  /** Absolute path; made when it is not there. */
  readonly cacheDirectory: string;
  readonly clock: () => Date;
  /** From 0 up to, not including, 1, to choose samples by; `Math.random` unless told. */
  readonly random?: () => number;
  readonly onProgress?: (progress: CatalogProgress) => void;
}

export interface OpenCatalog extends Catalog {
  /** Describes and samples the table anew, whatever is cached, and forgets what was widened. Throws as `table` does. */
  refresh(name: SchemaTable, signal: AbortSignal): Promise<CatalogTable>;
  /** Remembers that these columns needed wider number types; `type` is the whole type of the column as it was needed. */
  widen(name: SchemaTable, columns: readonly WidenedColumn[]): Promise<void>;
  /** Drops what is cached of a table that was made, changed or deleted, and the list of tables. */
  forget(name: SchemaTable): Promise<void>;
}

/** The catalog of these schemas. Asks nothing of DynamoDB yet, and needs no closing. */
export function openCatalog(options: CatalogOptions): OpenCatalog {
  return new TableCatalog(options);
}

const TABLE_LIST_MAX_AGE_MS = 30_000;
/** A list that somebody looked for a name in, in vain, is asked for again; not more often than this. */
const FRESH_LIST_MAX_AGE_MS = 1_000;

/** What DynamoDB allows as a name; asking for others is an error there, or means an ARN of another account. */
const TABLE_NAME = /^[A-Za-z0-9_.-]{3,255}$/;

class TableCatalog implements OpenCatalog {
  private readonly cache: CatalogCache;
  private readonly entries = new SharedWork<CacheEntry>();
  private readonly lists = new SharedWork<readonly string[]>();
  private readonly listed = new Map<string, { readonly names: readonly string[]; readonly atMs: number }>();

  constructor(private readonly options: CatalogOptions) {
    this.cache = new CatalogCache(options.cacheDirectory);
  }

  get schemas(): readonly string[] {
    return this.options.schemas().map(({ name }) => name);
  }

  unavailable(schema: string): HeadgateError | undefined {
    return this.options.unavailable?.(schema);
  }

  async listTables(schemaName: string, signal: AbortSignal, { fresh = false } = {}): Promise<readonly string[]> {
    const schema = this.schemaOf(schemaName);
    if (schema.tables !== '*') return [...schema.tables].sort();
    const listKey = JSON.stringify([schemaName, schema.cacheKey]);
    const known = this.listed.get(listKey);
    const ageMs = this.options.clock().getTime() - (known?.atMs ?? 0);
    const maxAgeMs = fresh ? FRESH_LIST_MAX_AGE_MS : TABLE_LIST_MAX_AGE_MS;
    if (known !== undefined && ageMs >= 0 && ageMs < maxAgeMs) return known.names;
    return await this.lists.run(listKey, signal, async (shared) => {
      const names = await schema.directory.listTables(shared);
      this.listed.set(listKey, { names, atMs: this.options.clock().getTime() });
      return names;
    });
  }

  async table(name: SchemaTable, signal: AbortSignal): Promise<CatalogTable> {
    const schema = this.schemaOf(name.schema);
    if (!isVisible(schema, name.table)) throw await this.tableNotFound(name, signal);
    const cacheKey = cacheKeyOf(schema, name.table);
    const known = this.cache.peek(name, cacheKey);
    if (known !== undefined && this.isFresh(known)) return known.table;
    const work = async (shared: AbortSignal): Promise<CacheEntry> => {
      const cached = await this.cache.load(name, cacheKey);
      return cached !== undefined && this.isFresh(cached) ? cached : await this.describe(schema, name, cached, shared);
    };
    return await this.shareEntry(['table', name.schema, name.table, cacheKey], work, signal);
  }

  async refresh(name: SchemaTable, signal: AbortSignal): Promise<CatalogTable> {
    const schema = this.schemaOf(name.schema);
    if (!isVisible(schema, name.table)) throw await this.tableNotFound(name, signal);
    const work = (shared: AbortSignal): Promise<CacheEntry> => this.describe(schema, name, undefined, shared);
    return await this.shareEntry(['refresh', name.schema, name.table, cacheKeyOf(schema, name.table)], work, signal);
  }

  async widen(name: SchemaTable, columns: readonly WidenedColumn[]): Promise<void> {
    const schema = this.schemaOf(name.schema);
    const entry = await this.cache.load(name, cacheKeyOf(schema, name.table));
    if (entry === undefined) return;
    const widened = widenEntry(entry, columns);
    if (widened !== entry) await this.save(schema, name, widened);
  }

  private async describe(
    schema: CatalogSchema,
    name: SchemaTable,
    previous: CacheEntry | undefined,
    signal: AbortSignal,
  ): Promise<CacheEntry> {
    try {
      const described = await describeEntry(this.toDescribe(schema, name.table), previous, signal);
      // Taken from the cache only now: a statement may have widened a column while the table was described.
      const widened =
        previous === undefined ? [] : (this.cache.peek(name, cacheKeyOf(schema, name.table))?.widened ?? []);
      const entry = widenEntry(described, widened);
      await this.save(schema, name, entry);
      return entry;
    } catch (error) {
      if (!(error instanceof HeadgateError) || error.code !== 'TABLE_NOT_FOUND') throw error;
      await this.forget(name);
      throw await this.tableNotFound(name, signal, error);
    }
  }

  private toDescribe(schema: CatalogSchema, table: string): TableToDescribe {
    const { clock, random, onProgress } = this.options;
    const { reader, directory } = schema;
    const declarations = declarationsOf(schema, table);
    const hideExpired = hideExpiredOf(schema, table);
    return {
      schema: schema.name,
      name: table,
      reader,
      directory,
      declarations,
      hideExpired,
      clock,
      random,
      onProgress,
    };
  }

  private async shareEntry(
    key: readonly string[],
    work: (signal: AbortSignal) => Promise<CacheEntry>,
    signal: AbortSignal,
  ): Promise<CatalogTable> {
    const entry = await this.entries.run(JSON.stringify(key), signal, work);
    return entry.table;
  }

  private async save(schema: CatalogSchema, name: SchemaTable, entry: CacheEntry): Promise<void> {
    try {
      await this.cache.save(name, cacheKeyOf(schema, name.table), entry);
    } catch (error) {
      // It is in memory: statements go on, and only the next start has to ask again.
      this.options.onProgress?.({ kind: 'not-saved', ...name, error });
    }
  }

  async forget(name: SchemaTable): Promise<void> {
    const schema = this.options.schemas().find((each) => each.name === name.schema);
    if (schema !== undefined) this.listed.delete(JSON.stringify([schema.name, schema.cacheKey]));
    try {
      await this.cache.delete(name);
    } catch (error) {
      this.options.onProgress?.({ kind: 'not-saved', ...name, error });
    }
  }

  private async tableNotFound(name: SchemaTable, signal: AbortSignal, cause?: unknown): Promise<HeadgateError> {
    return noSuchTable(name, await this.visibleNames(name.schema, signal), cause);
  }

  private async visibleNames(schema: string, signal: AbortSignal): Promise<readonly string[]> {
    try {
      return await this.listTables(schema, signal);
    } catch (error) {
      // Listing needs a permission of its own; without it there is no suggestion, and the error is about the table.
      if (signal.aborted) throw error;
      return [];
    }
  }

  private schemaOf(name: string): CatalogSchema {
    const schema = this.options.schemas().find((candidate) => candidate.name === name);
    if (schema !== undefined) return schema;
    const reason = this.unavailable(name);
    if (reason !== undefined) throw reason;
    const near = nearest(name, this.schemas);
    throw new HeadgateError('SCHEMA_NOT_FOUND', `There is no schema "${name}".`, {
      hint: near === undefined ? `Configured are: ${this.schemas.join(', ')}.` : `Did you mean "${near}"?`,
    });
  }

  private isFresh(entry: CacheEntry): boolean {
    return isFresh(entry, this.options.clock());
  }
}

function isVisible({ tables }: CatalogSchema, table: string): boolean {
  return TABLE_NAME.test(table) && (tables === '*' || tables.includes(table));
}

function declarationsOf({ declarations }: CatalogSchema, table: string): Readonly<Record<string, string>> {
  return (Object.hasOwn(declarations, table) ? declarations[table] : undefined) ?? {};
}

function hideExpiredOf({ hideExpired }: CatalogSchema, table: string): boolean | string {
  return hideExpired?.(table) ?? false;
}

/** A changed setting makes other columns or rows, so that what was cached under the old one does not count. */
function cacheKeyOf(schema: CatalogSchema, table: string): string {
  return JSON.stringify([schema.cacheKey, declarationsOf(schema, table), hideExpiredOf(schema, table)]);
}
