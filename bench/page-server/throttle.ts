/** How fast the tables of a server may be read. Undefined: as fast as it goes. */
export interface ThrottleOptions {
  /** Read units a second of each table. */
  readonly tableUnits?: number;
  /** Read units a second of each partition; a table is cut into `partitions` parts of about the same number of items. */
  readonly partitionUnits?: number;
  readonly partitions?: number;
}

export type ThrottleReason = 'table' | 'partition';

/**
 * Admits requests like DynamoDB: while there is anything left of what the last second refilled, a request may begin, and what it
 * costs is taken off afterwards, below zero too. `clock` gives milliseconds.
 */
export class Throttle {
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly options: ThrottleOptions,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  /** Why a read at this place of the table (0 to 1) is refused now; undefined when it is admitted. */
  refusal(table: string, place: number): ThrottleReason | undefined {
    const [whole, part] = this.bucketsOf(table, place);
    if (part !== undefined && part.level(this.clock()) <= 0) return 'partition';
    return whole !== undefined && whole.level(this.clock()) <= 0 ? 'table' : undefined;
  }

  spend(table: string, place: number, units: number): void {
    for (const bucket of this.bucketsOf(table, place)) bucket?.spend(units);
  }

  private bucketsOf(table: string, place: number): readonly [Bucket | undefined, Bucket | undefined] {
    const { tableUnits, partitionUnits, partitions = 1 } = this.options;
    return [
      tableUnits === undefined ? undefined : this.bucket(table, tableUnits),
      partitionUnits === undefined
        ? undefined
        : this.bucket(`${table}/${Math.floor(place * partitions)}`, partitionUnits),
    ];
  }

  private bucket(name: string, unitsPerSecond: number): Bucket {
    const known = this.buckets.get(name);
    if (known !== undefined) return known;
    const bucket = new Bucket(unitsPerSecond, this.clock());
    this.buckets.set(name, bucket);
    return bucket;
  }
}

/** Holds at most one second's units, and fills up evenly. */
class Bucket {
  private units: number;

  constructor(
    private readonly unitsPerSecond: number,
    private filledAtMs: number,
  ) {
    this.units = unitsPerSecond;
  }

  level(nowMs: number): number {
    this.units = Math.min(this.unitsPerSecond, this.units + (this.unitsPerSecond * (nowMs - this.filledAtMs)) / 1000);
    this.filledAtMs = nowMs;
    return this.units;
  }

  spend(units: number): void {
    this.units -= units;
  }
}
