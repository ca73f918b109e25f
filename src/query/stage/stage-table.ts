import type { Column } from '../../catalog/model.js';
import type { Workspace } from '../duckdb/compute-database.js';
import { readWarnings } from './read-warnings.js';
import { type StagedPart, StagingLane, type StagingPage } from './staging-lane.js';
import { flagNames, flagTest } from './staging-sql.js';

/** The rows of one table reference on their way into DuckDB, several pages at once. */
export class StagedTable {
  private readonly lanes: StagingLane[] = [];
  private readonly idle: StagingLane[] = [];
  private readonly underWay = new Set<Promise<void>>();
  private failure: { readonly error: unknown } | undefined;

  constructor(
    private readonly workspace: Workspace,
    /** Unique in the workspace. */
    private readonly name: string,
    /** Columns that the statement needs, in the order of the reference; none when only the number of rows counts. */
    private readonly columns: readonly Column[],
    private readonly options: { readonly packRows?: number } = {},
  ) {}

  /**
   * Takes the items of a page as soon as there is room for it; it is staged after that. Throws the first error of any page
   * that was taken before.
   */
  async add(page: StagingPage): Promise<void> {
    while (this.underWay.size >= this.workspace.laneCount) await Promise.race(this.underWay);
    this.throwFailure();
    const lane = this.idle.pop() ?? this.addLane();
    const staging = lane
      .add(page)
      .catch((error: unknown) => {
        this.failure ??= { error };
      })
      .finally(() => {
        this.underWay.delete(staging);
        this.idle.push(lane);
      });
    this.underWay.add(staging);
  }

  /** Waits for all pages. Throws the first error of any. After this the parts can be read. */
  async finish(): Promise<void> {
    await Promise.all(this.underWay);
    this.throwFailure();
    for (const lane of this.lanes) await lane.finish();
  }

  /** The rows, in parts that have their types in common. */
  get stagedParts(): readonly StagedPart[] {
    return this.lanes.flatMap(({ stagedParts }) => stagedParts);
  }

  /**
   * Sentences about values that read as NULL or were rounded, by column. `rounded` counts what was rounded after it was
   * staged, for each column.
   */
  async warnings(displayName: string, rounded: readonly number[]): Promise<string[]> {
    const flagged = await this.flaggedValues();
    return this.columns.flatMap((column, i) =>
      readWarnings(displayName, column, {
        others: flagged[2 * i] ?? 0,
        rounded: (flagged[2 * i + 1] ?? 0) + (rounded[i] ?? 0),
      }),
    );
  }

  /** Two counts for each column: values of another type, rounded values. Empty when there are none. */
  private async flaggedValues(): Promise<number[]> {
    const words = flagNames(this.columns.length);
    const parts = this.stagedParts.map(({ table }) => `SELECT ${words.join(', ')} FROM ${table}`);
    if (words.length === 0 || parts.length === 0) return [];
    const all = `(${parts.join(' UNION ALL ')})`;
    const any = words.map((word) => `coalesce(bit_or(${word}), 0)`);
    const [flags = []] = await this.workspace.rows(`SELECT ${any.join(', ')} FROM ${all}`);
    if (flags.every((flag) => flag === 0n)) return [];
    const counts = this.columns.flatMap((_, i) => [flagTest(i, 'other'), flagTest(i, 'rounded')].map(countOf));
    const [row = []] = await this.workspace.rows(`SELECT ${counts.join(', ')} FROM ${all}`);
    return row.map(Number);
  }

  private addLane(): StagingLane {
    const lane = new StagingLane(this.workspace, `${this.name}_part${this.lanes.length}`, this.columns, this.options);
    this.lanes.push(lane);
    return lane;
  }

  private throwFailure(): void {
    if (this.failure !== undefined) throw this.failure.error;
  }
}

function countOf(condition: string): string {
  return `count(*) FILTER (WHERE ${condition})`;
}
