import { dollarsOf } from '../cost/price-of.js';
import type { PlannedReference } from '../plan/plan-reference.js';
import type { ReadSummary } from '../statement.js';
import type { Page } from './read-pages.js';

type MeteredReference = Pick<PlannedReference, 'plan' | 'reference'>;

/** Counts what a statement spends, by reference and by what is read for it: the table and each index. */
export class Meter {
  private readonly byPlace = new Map<string, ReadSummary>();
  private readonly begunAt = new Map<number, number>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Reading of the reference begins: its time is counted from here. */
  begin({ reference }: MeteredReference): void {
    if (!this.begunAt.has(reference.slot)) this.begunAt.set(reference.slot, this.now());
  }

  add(planned: MeteredReference, page: Page): void {
    this.begin(planned);
    const { slot, source } = planned.reference;
    const place = JSON.stringify([slot, page.index]);
    const before = this.byPlace.get(place) ?? NOTHING;
    const readUnits = before.readUnits + page.readUnits;
    this.byPlace.set(place, {
      slot,
      table: planned.plan.table,
      index: page.index,
      readUnits,
      requests: before.requests + 1,
      itemsScanned: before.itemsScanned + page.scannedCount,
      itemsReturned: before.itemsReturned + page.itemCount,
      dollars: dollarsOf(readUnits, source.kind === 'table' ? source.table.description : undefined),
      milliseconds: this.now() - (this.begunAt.get(slot) ?? this.now()),
    });
  }

  get reads(): readonly ReadSummary[] {
    return [...this.byPlace.values()];
  }

  totals(): {
    readonly readUnits: number;
    readonly requests: number;
    readonly items: number;
    readonly dollars: number;
  } {
    const sum = (of: (read: ReadSummary) => number) => this.reads.reduce((total, read) => total + of(read), 0);
    return {
      readUnits: sum((read) => read.readUnits),
      requests: sum((read) => read.requests),
      items: sum((read) => read.itemsReturned),
      dollars: sum((read) => read.dollars),
    };
  }
}

const NOTHING = { readUnits: 0, requests: 0, itemsScanned: 0, itemsReturned: 0 };
