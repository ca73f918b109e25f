import type { AttributeValue, Item } from '../dynamodb/attribute-value.js';
import { canonicalNumber } from '../dynamodb/numbers.js';
import { boundariesOf, dateText } from './value-boundaries.js';

/** What a sample tells of the values of one attribute that can be keys: text, numbers and binary. */
export interface ValueStatistics {
  /** Sampled items that have such a value. */
  readonly count: number;
  /** Different values in those. */
  readonly distinct: number;
  /**
   * Values counted once for each partition of the table they were seen in, and how many of them were seen in one only.
   * A sample is of neighbours: what a partition repeats, the table need not.
   */
  readonly sightings: number;
  readonly once: number;
  /** The most frequent values by `valueHash`, and their share of `count`. */
  readonly common: readonly (readonly [hash: number, share: number])[];
  /** From the least to the greatest value, with about as many items between each two; absent where nothing orders them. */
  readonly boundaries?: readonly number[] | readonly string[];
}

/** Longer values are no keys (dynamodb-numbers.md 6), and would be slow to look at. */
const MAX_LENGTH = 2048;
const MAX_COMMON = 12;
/** Rarer values may be in the sample by chance. */
const MIN_COMMON_SEEN = 3;
const MIN_COMMON_SHARE = 0.01;
/** What the values have to be like to be ordered by boundaries. */
const NEARLY_ALL = 0.95;

/** One number for each value that can be a key, 32 bits, the same for `1` and `1.0`; undefined for other values. */
export function valueHash(value: AttributeValue): number | undefined {
  if ('S' in value) return value.S.length > MAX_LENGTH ? undefined : hash(`S${value.S}`);
  if ('N' in value) return hash(`N${canonicalNumber(value.N)}`);
  if ('B' in value) return value.B.length > 2 * MAX_LENGTH ? undefined : hash(`B${value.B}`);
  return undefined;
}

/**
 * Gathers the statistics of a sample. It holds 32 bits for each value, and the value itself only of numbers, as doubles, and
 * of text that is a date; two of a thousand that look the same to it are rarer than one sample in ten thousand.
 */
export class ValueTally {
  private readonly attributes = new Map<string, Gathered>();

  /** `partition` is another number for each partition of the table; the items of one come together. */
  add(item: Item, partition: number): void {
    for (const [attribute, value] of Object.entries(item)) {
      const hashed = valueHash(value);
      if (hashed === undefined) continue;
      const known = this.attributes.get(attribute);
      const gathered = known ?? { values: new Map<number, Seen>(), numbers: [], dates: [] };
      if (known === undefined) this.attributes.set(attribute, gathered);
      addSeen(gathered.values, hashed, partition);
      if ('N' in value) gathered.numbers.push(Number(value.N));
      const date = 'S' in value ? dateText(value.S) : undefined;
      if (date !== undefined) gathered.dates.push(date);
    }
  }

  /**
   * By attribute; attributes without such values are not in it. `isComplete` says that the items were all of the table, so
   * that what one partition repeats counts, too.
   */
  statistics(isComplete: boolean): ReadonlyMap<string, ValueStatistics> {
    return new Map([...this.attributes].map(([attribute, each]) => [attribute, statisticsOf(each, isComplete)]));
  }
}

interface Gathered {
  readonly values: Map<number, Seen>;
  readonly numbers: number[];
  readonly dates: string[];
}

interface Seen {
  items: number;
  partitions: number;
  lastPartition: number;
}

function addSeen(values: Map<number, Seen>, hashed: number, partition: number): void {
  const seen = values.get(hashed);
  if (seen === undefined) {
    values.set(hashed, { items: 1, partitions: 1, lastPartition: partition });
    return;
  }
  seen.items += 1;
  if (seen.lastPartition !== partition) seen.partitions += 1;
  seen.lastPartition = partition;
}

function statisticsOf({ values, numbers, dates }: Gathered, isComplete: boolean): ValueStatistics {
  const seen = [...values.values()];
  const count = seen.reduce((sum, { items }) => sum + items, 0);
  const isOftenSeen = ({ items, partitions }: Seen) =>
    (isComplete ? items : partitions) >= MIN_COMMON_SEEN && items >= MIN_COMMON_SHARE * count;
  const common = [...values]
    .filter(([, each]) => isOftenSeen(each))
    .sort(([hashA, a], [hashB, b]) => b.items - a.items || hashA - hashB)
    .slice(0, MAX_COMMON)
    .map(([hashed, { items }]) => [hashed, items / count] as const);
  const isOrdering = ({ length }: readonly unknown[]) => length > 1 && length >= NEARLY_ALL * count;
  return {
    count,
    distinct: values.size,
    sightings: seen.reduce((sum, { partitions }) => sum + partitions, 0),
    once: seen.filter(({ partitions }) => partitions === 1).length,
    common,
    ...(isOrdering(numbers) ? { boundaries: boundariesOf(numbers) } : {}),
    ...(isOrdering(dates) ? { boundaries: boundariesOf(dates) } : {}),
  };
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let bits = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) bits = Math.imul(bits ^ text.charCodeAt(i), 0x01000193);
  return bits >>> 0;
}
