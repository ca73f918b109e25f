import type { RawPage } from '../../dynamodb/table-reader.js';
import type { Stop } from '../plan/paths/access-path.js';

/** Asked for after the wanted items while the tie goes on: as many as were found so far, but at least these. */
const FEWEST_MORE = 10;

/** Tells when one range has given all that is wanted of it, and how many items to ask for until then. */
export class EarlyEnd {
  private found = 0;
  /** The last entries that have one value in the attribute that ties, and that value. */
  private run = { value: '', length: 0 };

  /** Items that a filter drops count for DynamoDB's Limit too, so there is a limit only where nothing filters. */
  constructor(
    private readonly stop: Stop | undefined,
    private readonly isFiltered: boolean,
  ) {}

  get limit(): number | undefined {
    if (this.stop === undefined || this.isFiltered) return undefined;
    // One more shows whether the tie ends with the last item that is wanted.
    const missing = this.stop.rows + (this.stop.ties === undefined ? 0 : 1) - this.found;
    return missing > 0 ? missing : Math.max(FEWEST_MORE, this.found);
  }

  /** Where equal values belong together, those of the last run may go on, so only what came before it counts. */
  get isReached(): boolean {
    if (this.stop === undefined) return false;
    return this.found - (this.stop.ties === undefined ? 0 : this.run.length) >= this.stop.rows;
  }

  /** Takes note of a page in the order of the sort key; `found` is how many of its entries are items that count. */
  add(page: Pick<RawPage, 'items' | 'itemCount'>, found = page.itemCount): void {
    this.found += found;
    const { stop } = this;
    // Pages before the last item that is wanted are not looked at: a run from there cannot be the end yet.
    if (stop?.ties === undefined || this.found < stop.rows || page.itemCount === 0) return;
    const values = valuesOf(page.items, stop.ties);
    const value = values.at(-1) ?? '';
    const length = values.length - 1 - values.findLastIndex((each) => each !== value);
    const goesOn = length === values.length && value === this.run.value;
    this.run = { value, length: goesOn ? this.run.length + length : length };
  }
}

/** The values of one attribute in the items of a page, as texts to compare: DynamoDB writes equal values equally. */
function valuesOf(items: Uint8Array, attribute: string): string[] {
  // A JSON array of items, see RawPage.
  const parsed = JSON.parse(Buffer.from(items).toString()) as Record<string, unknown>[];
  return parsed.map((item) => JSON.stringify(item[attribute]));
}
