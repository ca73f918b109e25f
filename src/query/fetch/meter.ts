import { dollarsOf } from '../cost/price-of.js';
import { pathName } from '../plan/describe-path.js';
import type { AccessPath } from '../plan/paths/access-path.js';
import type { PlannedReference } from '../plan/plan-reference.js';
import type { AccessPathKind } from '../plan/statement-plan.js';
import type { ReadSummary } from '../statement.js';
import type { Page } from './read-pages.js';

type MeteredReference = Pick<PlannedReference, 'plan' | 'reference'>;

/** Counts what a statement spends, by reference and by what is read for it: the table and each index. */
export class Meter {
  private readonly byPlace = new Map<string, ReadSummary>();
  private readonly begun = new Map<number, { readonly at: number; readonly path: AccessPath }>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Reading of the reference along the path begins: its time is counted from the first beginning on. */
  begin({ reference: { slot } }: MeteredReference, path: AccessPath): void {
    this.begun.set(slot, { at: this.begun.get(slot)?.at ?? this.now(), path });
  }

  add(planned: MeteredReference, page: Page): void {
    const { slot, source } = planned.reference;
    const begun = this.begun.get(slot);
    if (begun === undefined) throw new TypeError('pages of a reference that has not been begun');
    const place = JSON.stringify([slot, page.index]);
    const before = this.byPlace.get(place) ?? { ...NOTHING, path: pathTo(page, begun.path) };
    const readUnits = before.readUnits + page.readUnits;
    this.byPlace.set(place, {
      slot,
      table: planned.plan.table,
      index: page.index,
      path: before.path,
      readUnits,
      requests: before.requests + 1,
      itemsScanned: before.itemsScanned + page.scannedCount,
      itemsReturned: before.itemsReturned + page.itemCount,
      dollars: dollarsOf(readUnits, source.kind === 'table' ? source.table.description : undefined),
      milliseconds: this.now() - begun.at,
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

/** What an index does not hold is read from the table by keys. */
function pathTo({ index }: Page, path: AccessPath): AccessPathKind {
  const isFillIn = index === undefined && 'index' in path && path.index !== undefined;
  return isFillIn ? 'batch-get' : pathName(path);
}

const NOTHING = { readUnits: 0, requests: 0, itemsScanned: 0, itemsReturned: 0 };
