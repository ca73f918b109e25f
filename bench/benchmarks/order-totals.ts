import { orderBody } from '../page-server/tables/order-items.js';
import { ORDER_CYCLE } from '../page-server/tables/table-spec.js';

/** A scan, filter and group-by over a table of orders: the work of several benchmarks, in every way it can be done. */
export const MIN_QUANTITY = 50;

export const TOTALS_SQL = `SELECT region, count(*) AS orders, sum(amount) AS total FROM bench.orders
  WHERE quantity > ${MIN_QUANTITY} GROUP BY region ORDER BY region`;

/** What a user of the SDK would add to the request to get the same pushed down. */
export const TOTALS_REQUEST = {
  ProjectionExpression: '#r, amount',
  FilterExpression: 'quantity > :q',
  ExpressionAttributeNames: { '#r': 'region' },
  ExpressionAttributeValues: { ':q': { N: String(MIN_QUANTITY) } },
};

/** Region, number of orders, and their amounts in tenths, so that sums are exact. */
export type Totals = readonly (readonly [string, number, number])[];

export class TotalsByRegion {
  private readonly byRegion = new Map<string, { orders: number; tenths: number }>();

  add(region: string, amount: number, times = 1): void {
    const totals = this.byRegion.get(region) ?? { orders: 0, tenths: 0 };
    totals.orders += times;
    totals.tenths += Math.round(amount * 10) * times;
    this.byRegion.set(region, totals);
  }

  get totals(): Totals {
    const entries = [...this.byRegion].map(([region, { orders, tenths }]) => [region, orders, tenths] as const);
    return entries.sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

/** The right answer for a table of so many orders, by arithmetic. */
export function expectedTotals(items: number): Totals {
  const expected = new TotalsByRegion();
  for (let i = 0; i < Math.min(items, ORDER_CYCLE); i++) {
    const { region, amount, quantity } = orderBody(i);
    if (region === undefined || !('S' in region) || amount === undefined || !('N' in amount)) continue;
    if (quantity === undefined || !('N' in quantity) || Number(quantity.N) <= MIN_QUANTITY) continue;
    expected.add(region.S, Number(amount.N), Math.ceil((items - i) / ORDER_CYCLE));
  }
  return expected.totals;
}

/** The rows of `TOTALS_SQL` in the same form. */
export function totalsOfRows(rows: readonly (readonly unknown[])[]): Totals {
  return rows.map(([region, orders, total]) => [String(region), Number(orders), Math.round(Number(total) * 10)]);
}
