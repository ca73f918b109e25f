import type { Store } from '../store/store.js';
import { sumUsage, type UsageChoice, type UsageRow } from '../store/usage-rows.js';

export type UsageSums = Omit<UsageRow, 'day' | 'group'>;

export interface UsageOfDay extends UsageSums {
  /** `YYYY-MM-DD`; the first of the month where days were rolled up. */
  readonly day: string;
  /** With `groupBy`: the id of the principal, the schema, or `schema.table`; empty for what belongs to none or to several. */
  readonly group?: string;
}

export interface UsageSummary {
  readonly startDate: string;
  readonly endDate: string;
  readonly totals: UsageSums;
  /** Days without usage are left out. */
  readonly days: readonly UsageOfDay[];
}

/** Usage of the days from `startDate` to `endDate` (UTC, both included), of one principal or of all. */
export async function summarizeUsage(store: Store, choice: UsageChoice): Promise<UsageSummary> {
  const rows = await sumUsage(store.db, choice);
  const { startDate, endDate } = choice;
  const summary = { startDate, endDate, totals: NOTHING, days: [] as UsageOfDay[] };
  for (const { day, group, ...sums } of rows) {
    if (day === null) summary.totals = sums;
    else summary.days.push({ day, ...(group === null ? {} : { group }), ...sums });
  }
  return summary;
}

const NOTHING: UsageSums = { requests: 0, rowsReturned: 0, ddbReadUnits: 0, ddbWriteUnits: 0, dollars: 0 };
