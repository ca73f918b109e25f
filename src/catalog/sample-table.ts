import type { TableDescription } from '../dynamodb/table-description.js';
import type { Key, RawPage, ScanRequest, TableReader } from '../dynamodb/table-reader.js';
import type { Sample } from './model.js';
import { pickSegments } from './pick-segments.js';
import type { Profile } from './profile.js';
import { SampleTally } from './sample-tally.js';
import type { ValueStatistics } from './value-statistics.js';

export interface SampleOptions {
  readonly reader: TableReader;
  readonly description: TableDescription;
  readonly clock: () => Date;
  /** About how many items to read; 1000 unless told. */
  readonly sampleItems?: number;
  /** No request is sent once this many were spent, so that only requests under way pass it; 100 unless told. */
  readonly maxReadUnits?: number;
  /** From 0 up to, not including, 1; `Math.random` unless told. */
  readonly random?: () => number;
}

export interface TableSample {
  readonly profile: Profile;
  /** By attribute. */
  readonly statistics: ReadonlyMap<string, ValueStatistics>;
  readonly sample: Sample;
}

/** So many starting points in the key space, and requests, has each round over segments. */
const SEGMENTS_READ = 32;
const CONCURRENT_REQUESTS = 4;
/** dynamodb-numbers.md section 4. */
const MAX_TOTAL_SEGMENTS = 1_000_000;
/** Two items of 4 KB for one unit, eventually consistent: dynamodb-numbers.md section 1. */
const BYTES_PER_UNIT = 8192;

/**
 * Reads about `sampleItems` items of the table. A small table is read from its start, in one page when that is all of it.
 * Otherwise items come from random segments of the key space; where these are mostly empty, because the table has few
 * partition keys or the facts of DescribeTable are old, from larger ones, and at last from the start.
 * Throws what the reader throws: AWS_ACCESS_DENIED where Scan is not permitted.
 */
export async function sampleTable(options: SampleOptions, signal: AbortSignal): Promise<TableSample> {
  const sampling = new Sampling(options, signal);
  const complete = await sampling.read();
  const { profile, values, items, averageItemBytes, readUnits, itemsPerPartition } = sampling.tally;
  const takenAt = options.clock().toISOString();
  return {
    profile,
    statistics: values.statistics(complete),
    sample: {
      items,
      averageItemBytes,
      readUnits,
      takenAt,
      complete,
      ...(itemsPerPartition === undefined ? {} : { itemsPerPartition }),
    },
  };
}

class Sampling {
  readonly tally: SampleTally;
  private readonly sampleItems: number;
  private readonly maxReadUnits: number;
  private readonly random: () => number;

  constructor(
    private readonly options: SampleOptions,
    private readonly signal: AbortSignal,
  ) {
    this.tally = new SampleTally(options.description);
    this.sampleItems = options.sampleItems ?? 1000;
    this.maxReadUnits = options.maxReadUnits ?? 100;
    this.random = options.random ?? Math.random;
  }

  /** True when every item of the table was read. */
  async read(): Promise<boolean> {
    const { itemCount } = this.options.description;
    let startKey: Key | undefined;
    // A count of 0 may also be that of a table whose items are not counted yet, so that less is risked on one page.
    if (itemCount <= this.sampleItems || this.isCheaperWhole) {
      const wanted = Math.max(2 * itemCount, Math.ceil(this.sampleItems / 4));
      startKey = (await this.readFromStart(undefined, wanted)).lastEvaluatedKey;
      if (startKey === undefined) return true;
    }
    for (const totalSegments of [this.manySegments(), SEGMENTS_READ]) {
      if (this.hasEnough) return false;
      if (await this.readSegments(totalSegments)) return true;
    }
    if (this.hasEnough) return false;
    const rest = await this.readFromStart(startKey, this.sampleItems);
    return rest.lastEvaluatedKey === undefined;
  }

  /** Whether all of the table costs no more than a sample would, with the part of a unit that each request is rounded up by. */
  private get isCheaperWhole(): boolean {
    const { itemCount, sizeBytes } = this.options.description;
    const wholeUnits = sizeBytes / BYTES_PER_UNIT;
    const sampleUnits = (wholeUnits * this.sampleItems) / Math.max(1, itemCount) + SEGMENTS_READ / 2;
    return wholeUnits > 0 && wholeUnits <= Math.min(sampleUnits, this.maxReadUnits);
  }

  private get hasEnough(): boolean {
    return this.tally.items >= this.sampleItems / 2 || this.isSpent;
  }

  private get isSpent(): boolean {
    return this.tally.readUnits >= this.maxReadUnits;
  }

  private get missingItems(): number {
    return Math.max(1, this.sampleItems - this.tally.items);
  }

  /** As many as leave several times the wanted items in each, since segments are uneven and the count is hours old. */
  private manySegments(): number {
    const wanted = 4 * Math.ceil(this.missingItems / SEGMENTS_READ);
    const fitting = Math.floor(this.options.description.itemCount / wanted);
    return Math.min(MAX_TOTAL_SEGMENTS, Math.max(SEGMENTS_READ, fitting));
  }

  private readFromStart(startKey: Key | undefined, items: number): Promise<RawPage> {
    const request = startKey === undefined ? {} : { exclusiveStartKey: startKey };
    return this.scan({ ...request, limit: this.affordable(items, 1) });
  }

  /** True when these segments were all of the table, and each was read to its end. */
  private async readSegments(totalSegments: number): Promise<boolean> {
    const waiting = pickSegments(SEGMENTS_READ, totalSegments, this.random);
    const wanted = Math.ceil(this.missingItems / waiting.length);
    let readToEnd = 0;
    const work = async (): Promise<void> => {
      while (!this.isSpent) {
        const limit = this.affordable(wanted, waiting.length);
        const segment = waiting.pop();
        if (segment === undefined) return;
        const page = await this.scan({ segment, totalSegments, limit });
        if (page.lastEvaluatedKey === undefined) readToEnd += 1;
      }
    };
    // One failure ends the others too, after the request they are in.
    const workers = Array.from({ length: CONCURRENT_REQUESTS }, () =>
      work().finally(() => {
        waiting.length = 0;
      }),
    );
    const failure = (await Promise.allSettled(workers)).find((worker) => worker.status === 'rejected');
    if (failure !== undefined) throw failure.reason;
    return readToEnd === totalSegments;
  }

  /** How many of the wanted items one of `requests` requests may read for its share of what is left to spend. */
  private affordable(items: number, requests: number): number {
    const { itemCount, sizeBytes } = this.options.description;
    const describedBytes = itemCount > 0 ? sizeBytes / itemCount : 0;
    const itemBytes = Math.max(1, describedBytes, this.tally.averageItemBytes);
    const units = (this.maxReadUnits - this.tally.readUnits) / Math.max(1, requests);
    return Math.max(1, Math.min(items, Math.floor((units * BYTES_PER_UNIT) / itemBytes)));
  }

  private async scan(request: Omit<ScanRequest, 'tableName'>): Promise<RawPage> {
    const tableName = this.options.description.name;
    const page = await this.options.reader.scan({ tableName, ...request }, this.signal);
    this.tally.add(page);
    return page;
  }
}
