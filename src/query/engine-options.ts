import type { Catalog, Column, SchemaTable } from '../catalog/model.js';
import type { TableReader } from '../dynamodb/table-reader.js';

/** What an engine works with. */
export interface EngineOptions {
  readonly catalog: Catalog & {
    /** Told when numbers needed wider types than the catalog knew; `type` is the whole type of the column. */
    widen(name: SchemaTable, columns: readonly Pick<Column, 'attribute' | 'type'>[]): Promise<void>;
  };
  readonly readerOf: (schema: string) => TableReader;
  /** Folder for spilled rows and exports; this engine makes one of its own in it and removes that at the end. */
  readonly tempDirectory: string;
  readonly memoryBytes: number;
  readonly tempDiskBytes: number;
  readonly threads: number;
  readonly timeoutMs: number | undefined;
  readonly maxUnits: number | undefined;
  /** Read units per second that all statements together may spend on a table, and as many on each of its indexes. */
  readonly unitsPerSecond?: (schema: string, table: string) => number | undefined;
}
