import { matches } from '../expression/matches.js';
import { type CyclicOptions, cyclicKey, PARTITION_DIGITS, SORT_DIGITS } from './cyclic-key.js';
import { project, type Range, type Rendered, type Shape } from './entries.js';

/**
 * One cycle of a cyclic table in the bytes of one shape (projection and filter), each item with a comma after it. A page
 * is a copy of stretches of it, and the digits of each key in place.
 */
export class CycleView {
  private readonly bytes: Buffer;
  /** Numbers, within the cycle, of the items that pass the filter. */
  private readonly passing: Uint32Array;
  /** Where each of the passing items begins; one more than there are. */
  private readonly offsets: Uint32Array;
  /** How many of the items before each item of the cycle pass; one more than there are items. */
  private readonly passingBefore: Uint32Array;
  /** Where the digits of the keys stand in an item; negative where the shape leaves them out. */
  private readonly partitionAt: number;
  private readonly sortAt: number;

  constructor(
    private readonly options: CyclicOptions,
    { projection, filter }: Shape,
  ) {
    const { bodies, partitionKey, sortKey } = options;
    const texts: string[] = [];
    const passing: number[] = [];
    this.passingBefore = new Uint32Array(bodies.length + 1);
    const key = cyclicKey(0, options);
    bodies.forEach((body, i) => {
      if (filter === undefined || matches(filter, body)) {
        passing.push(i);
        texts.push(`${JSON.stringify(project({ ...key, ...body }, projection))},`);
      }
      this.passingBefore[i + 1] = passing.length;
    });
    this.passing = Uint32Array.from(passing);
    this.bytes = Buffer.from(texts.join(''));
    this.offsets = new Uint32Array(texts.length + 1);
    texts.forEach((text, i) => {
      this.offsets[i + 1] = (this.offsets[i] ?? 0) + Buffer.byteLength(text);
    });
    const projectedKey = JSON.stringify(project(key, projection));
    const digitsAt = (attribute: string | undefined, skipped: string) =>
      attribute === undefined || (projection !== undefined && !projection.has(attribute))
        ? -1
        : projectedKey.indexOf(`${JSON.stringify(attribute)}:{"S":"`) +
          JSON.stringify(attribute).length +
          7 +
          skipped.length;
    this.partitionAt = digitsAt(partitionKey, 'k');
    this.sortAt = digitsAt(sortKey, '');
  }

  render({ from, to }: Range): Rendered {
    const cycle = this.options.bodies.length;
    const stretches: { first: number; last: number; base: number }[] = [];
    for (let start = from; start < to; ) {
      const base = start - (start % cycle);
      const end = Math.min(to, base + cycle);
      stretches.push({
        first: this.passingBefore[start - base] ?? 0,
        last: this.passingBefore[end - base] ?? 0,
        base,
      });
      start = end;
    }
    const sizes = stretches.map(({ first, last }) => this.offset(last) - this.offset(first));
    const json = Buffer.allocUnsafe(sizes.reduce((sum, size) => sum + size, 0));
    let at = 0;
    let count = 0;
    for (const { first, last, base } of stretches) {
      this.bytes.copy(json, at, this.offset(first), this.offset(last));
      this.writeKeys(json, at, { first, last, base });
      at += this.offset(last) - this.offset(first);
      count += last - first;
    }
    return { json: json.subarray(0, Math.max(0, json.length - 1)), count };
  }

  private offset(i: number): number {
    return this.offsets[i] ?? 0;
  }

  /** The hot loop of the server: one turn per item. */
  private writeKeys(json: Buffer, at: number, stretch: { first: number; last: number; base: number }): void {
    const { itemsPerPartition } = this.options;
    const shift = at - this.offset(stretch.first);
    for (let i = stretch.first; i < stretch.last; i++) {
      const n = stretch.base + (this.passing[i] ?? 0);
      const itemAt = shift + this.offset(i);
      if (this.partitionAt >= 0) {
        writeDigits(json, itemAt + this.partitionAt + PARTITION_DIGITS, Math.floor(n / itemsPerPartition));
      }
      if (this.sortAt >= 0) writeDigits(json, itemAt + this.sortAt + SORT_DIGITS, n % itemsPerPartition);
    }
  }
}

/** Writes the number so that it ends before `end`; the zeros in front of it are there. */
function writeDigits(bytes: Buffer, end: number, value: number): void {
  let rest = value;
  for (let at = end - 1; rest > 0; at--) {
    bytes[at] = 48 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
}
