import type { Hand, Items } from '../../direct/hand.js';
import { aggregate, type QueryShape } from './query-shape.js';
import { FROM, TO } from './tables.js';

/** Questions for which an index is the way. */
export const INDEX_SHAPES: readonly QueryShape[] = [
  {
    name: 'global index with all attributes',
    sql: `SELECT * FROM sales WHERE status = 'lost' AND sold_at >= '${TO}'`,
    best: (hand) => hand.query('sales', '#status = :a AND sold_at >= :b', { index: 'by_status', values: ['lost', TO] }),
  },
  {
    name: 'global index, partition only',
    sql: `SELECT sold_at, price FROM sales WHERE status = 'lost'`,
    best: (hand) => hand.query('sales', '#status = :a', { index: 'by_status', values: ['lost'] }),
  },
  {
    name: 'global index with keys that suffice',
    sql: `SELECT shop, sold_at, price FROM sales WHERE product = 'product-7' AND price > 50`,
    best: (hand) =>
      hand.query('sales', 'product = :a AND price > :b', { index: 'by_product', values: ['product-7', 50] }),
  },
  {
    name: 'global index with keys, the rest filled in',
    sql: `SELECT remark FROM sales WHERE product = 'product-7' AND price > 150`,
    best: async (hand) =>
      fillIn(
        hand,
        await hand.query('sales', 'product = :a AND price > :b', { index: 'by_product', values: ['product-7', 150] }),
      ),
  },
  {
    name: 'sparse index that suffices',
    sql: `SELECT coupon, price FROM sales WHERE coupon = 'coupon-3'`,
    best: (hand) => hand.query('sales', 'coupon = :a', { index: 'by_coupon', values: ['coupon-3'] }),
  },
  {
    name: 'sparse index, the rest filled in',
    sql: `SELECT * FROM sales WHERE coupon = 'coupon-3'`,
    best: async (hand) =>
      fillIn(hand, await hand.query('sales', 'coupon = :a', { index: 'by_coupon', values: ['coupon-3'] })),
  },
  {
    name: 'all of a sparse index',
    sql: 'SELECT coupon, price FROM sales WHERE coupon IS NOT NULL',
    best: (hand) => hand.scan('sales', { index: 'by_coupon' }),
  },
  aggregate(
    'count of a sparse index',
    'SELECT coupon, count(*) FROM sales WHERE coupon IS NOT NULL GROUP BY coupon',
    (hand) => hand.scan('sales', { index: 'by_coupon' }),
  ),
  aggregate(
    'scan of a smaller index',
    'SELECT region, sum(quantity) FROM sales WHERE region IS NOT NULL AND channel IS NOT NULL AND day IS NOT NULL AND price IS NOT NULL GROUP BY region',
    (hand) => hand.scan('sales', { index: 'by_place' }),
  ),
  {
    name: 'several key attributes, all partition attributes',
    sql: `SELECT product, quantity FROM sales WHERE region = 'north' AND channel = 'web' AND day IS NOT NULL AND price IS NOT NULL`,
    best: (hand) =>
      hand.query('sales', '#region = :a AND channel = :b', { index: 'by_place', values: ['north', 'web'] }),
  },
  {
    name: 'several key attributes, range of the first sort attribute',
    sql: `SELECT product, quantity FROM sales WHERE region = 'north' AND channel = 'shop' AND day >= '${TO}' AND price IS NOT NULL`,
    best: (hand) =>
      hand.query('sales', '#region = :a AND channel = :b AND #day >= :c', {
        index: 'by_place',
        values: ['north', 'shop', TO],
      }),
  },
  {
    name: 'several key attributes, range of the last',
    sql: `SELECT product, quantity FROM sales WHERE region = 'north' AND channel = 'shop' AND day = '${FROM}' AND price > 20`,
    best: (hand) =>
      hand.query('sales', '#region = :a AND channel = :b AND #day = :c AND price > :d', {
        index: 'by_place',
        values: ['north', 'shop', FROM, 20],
      }),
  },
  {
    name: 'local index that suffices',
    sql: `SELECT sold_at, price FROM sales WHERE shop = 'shop-000' AND price > 190`,
    best: (hand) => hand.query('sales', 'shop = :a AND price > :b', { index: 'by_price', values: ['shop-000', 190] }),
  },
  {
    name: 'local index, the rest filled in',
    sql: `SELECT * FROM sales WHERE shop = 'shop-000' AND price > 199`,
    best: async (hand) =>
      fillIn(
        hand,
        await hand.query('sales', 'shop = :a AND price > :b', { index: 'by_price', values: ['shop-000', 199] }),
      ),
  },
];

/** The whole items of index entries. */
async function fillIn(hand: Hand, entries: Items): Promise<Items> {
  return await hand.get(
    'sales',
    entries.map(({ shop, sold_at }) => ({ shop, sold_at })),
  );
}
