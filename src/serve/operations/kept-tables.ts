import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { TableDescription } from '../../dynamodb/table-description.js';
import type { TableDirectory } from '../../dynamodb/table-reader.js';

const MAX_AGE_MS = 60_000;
const MAX_TABLES = 10_000;

interface Kept {
  readonly table: TableDescription;
  readonly atMs: number;
}

/** Descriptions of the tables of one schema, each at most a minute old. That a table is missing is never kept. */
export class KeptTables {
  private readonly kept = new Map<string, Kept>();
  private changes = 0;

  /** `directory` is asked for when it is needed; `now` gives milliseconds. */
  constructor(
    private readonly directory: () => Promise<Pick<TableDirectory, 'describeTable'>>,
    private readonly now: () => number,
  ) {}

  /** Undefined where there is no such table. Throws the other codes of `TableDirectory`. */
  async find(name: string, signal: AbortSignal): Promise<TableDescription | undefined> {
    const known = this.kept.get(name);
    const ageMs = known === undefined ? Infinity : this.now() - known.atMs;
    if (known !== undefined && ageMs >= 0 && ageMs < MAX_AGE_MS) return known.table;
    // From before the question, so that nothing is kept that is older than it seems, or older than a change.
    const [atMs, changes] = [this.now(), this.changes];
    this.kept.delete(name);
    const table = await describedOrMissing(await this.directory(), name, signal);
    if (table !== undefined && changes === this.changes) this.keep(name, { table, atMs });
    return table;
  }

  /** What was last known, however long ago: enough for a price. */
  peek(name: string): TableDescription | undefined {
    return this.kept.get(name)?.table;
  }

  forget(name: string): void {
    this.changes += 1;
    this.kept.delete(name);
  }

  private keep(name: string, kept: Kept): void {
    this.kept.set(name, kept);
    const [first] = this.kept.keys();
    if (this.kept.size > MAX_TABLES && first !== undefined) this.kept.delete(first);
  }
}

async function describedOrMissing(
  directory: Pick<TableDirectory, 'describeTable'>,
  name: string,
  signal: AbortSignal,
): Promise<TableDescription | undefined> {
  try {
    return await directory.describeTable(name, signal);
  } catch (error) {
    if (error instanceof HeadgateError && error.code === 'TABLE_NOT_FOUND') return undefined;
    throw error;
  }
}
