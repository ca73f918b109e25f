import { dollarsOf } from '../plan/estimate.js';
import type { PlannedReference } from '../plan/plan-references.js';
import type { ReadSummary } from '../statement.js';
import type { Page } from './read-pages.js';

/** Counts what a statement spends, by table and index. */
export class Meter {
  private readonly byPlace = new Map<string, ReadSummary>();

  add({ plan }: Pick<PlannedReference, 'plan'>, page: Page): void {
    const place = `${plan.table}\n${page.index ?? ''}`;
    const before = this.byPlace.get(place);
    this.byPlace.set(place, {
      table: plan.table,
      index: page.index,
      readUnits: (before?.readUnits ?? 0) + page.readUnits,
      requests: (before?.requests ?? 0) + 1,
      itemsScanned: (before?.itemsScanned ?? 0) + page.scannedCount,
      itemsReturned: (before?.itemsReturned ?? 0) + page.itemCount,
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
    const readUnits = sum((read) => read.readUnits);
    return {
      readUnits,
      requests: sum((read) => read.requests),
      items: sum((read) => read.itemsReturned),
      dollars: dollarsOf(readUnits),
    };
  }
}
