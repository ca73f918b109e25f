import type { SchemaTable } from '../catalog/model.js';

/** What the asker of a statement may know and do; it is decided elsewhere, and the engine only keeps to it. */
export interface StatementAccess {
  /** Whether the asker may know of the schema at all; if not, it is as if it did not exist. */
  isSchemaVisible(schema: string): boolean;
  /** Whether the asker may know of the table at all; if not, it is as if it did not exist. */
  isTableVisible(table: SchemaTable): boolean;
  /** Whether the asker may know what a table looks like: its columns and its size. */
  mayDescribe(table: SchemaTable): boolean;
  /**
   * Decides about all tables of a statement at once, each of which is visible, before any of them is looked at: `select` to
   * read items, `explain` to see the plan alone. Throws ACCESS_DENIED.
   */
  authorize(tables: readonly SchemaTable[], action: 'select' | 'explain'): Promise<void>;
}
