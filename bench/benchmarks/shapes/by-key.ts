import type { Items } from '../../direct/hand.js';
import { saleItems } from '../../page-server/tables/sale-items.js';
import { aggregate, type QueryShape } from './query-shape.js';
import { ACCOUNT_KEYS, FROM, SALES, TO } from './tables.js';

const none = async () => [];

/** Keys of a few sales that are there, as (shop, sold_at). */
const KEYS = saleItems(SALES)
  .slice(100, 103)
  .map((item) => ({ shop: item['shop'] as { S: string }, sold_at: item['sold_at'] as { S: string } })); // key attributes, of type S
const [ONE] = KEYS;
const at = (i: number) => ({ shop: KEYS[i]?.shop.S ?? '', soldAt: KEYS[i]?.sold_at.S ?? '' });

/** Whole keys, and conditions that nothing can fulfil. */
export const KEY_SHAPES: readonly QueryShape[] = [
  {
    name: 'one key',
    sql: `SELECT * FROM sales WHERE shop = '${at(0).shop}' AND sold_at = '${at(0).soldAt}'`,
    best: (hand) => hand.get('sales', ONE === undefined ? [] : [ONE]),
  },
  {
    name: 'one key that is not there',
    sql: `SELECT * FROM sales WHERE shop = 'shop-001' AND sold_at = 'never'`,
    best: (hand) => hand.get('sales', [{ shop: { S: 'shop-001' }, sold_at: { S: 'never' } }]),
  },
  {
    name: 'list of keys as pairs',
    sql: `SELECT * FROM sales WHERE (shop, sold_at) IN (${KEYS.map((_, i) => `('${at(i).shop}', '${at(i).soldAt}')`).join(', ')})`,
    best: (hand) => hand.get('sales', KEYS),
  },
  {
    name: 'keys joined by OR',
    sql: `SELECT * FROM sales WHERE (shop = '${at(0).shop}' AND sold_at = '${at(0).soldAt}') OR (shop = '${at(1).shop}' AND sold_at = '${at(1).soldAt}')`,
    best: (hand) => hand.get('sales', KEYS.slice(0, 2)),
  },
  {
    name: 'hundred keys',
    sql: `SELECT name FROM accounts WHERE id IN (${ACCOUNT_KEYS.map((key) => `'${key}'`).join(', ')})`,
    best: (hand) =>
      hand.get(
        'accounts',
        ACCOUNT_KEYS.map((id) => ({ id: { S: id } })),
      ),
  },
  {
    name: 'one key and a condition on another attribute',
    sql: `SELECT * FROM accounts WHERE id = 'k0000000007' AND credit >= 0`,
    best: (hand) => hand.get('accounts', [{ id: { S: 'k0000000007' } }]),
  },
  { name: 'contradiction', sql: `SELECT * FROM sales WHERE shop = 'shop-001' AND shop = 'shop-002'`, best: none },
  { name: 'comparison with NULL', sql: 'SELECT * FROM sales WHERE shop = NULL', best: none },
];

/** Ranges of the table's own key. */
export const QUERY_SHAPES: readonly QueryShape[] = [
  inShop('a partition', '', (hand) => hand.query('sales', 'shop = :a', { values: ['shop-007'] })),
  inShop('sort key from a value', `AND sold_at >= '${FROM}'`, (hand) =>
    hand.query('sales', 'shop = :a AND sold_at >= :b', { values: ['shop-007', FROM] }),
  ),
  inShop('sort key below a value', `AND sold_at < '${FROM}'`, (hand) =>
    hand.query('sales', 'shop = :a AND sold_at < :b', { values: ['shop-007', FROM] }),
  ),
  inShop('sort key between two', `AND sold_at BETWEEN '${FROM}' AND '${TO}'`, (hand) =>
    hand.query('sales', 'shop = :a AND sold_at BETWEEN :b AND :c', { values: ['shop-007', FROM, TO] }),
  ),
  inShop('half-open range of the sort key', `AND sold_at >= '${FROM}' AND sold_at < '${TO}'`, (hand) =>
    hand.query('sales', 'shop = :a AND sold_at BETWEEN :b AND :c', { values: ['shop-007', FROM, TO] }),
  ),
  inShop('prefix of the sort key', "AND sold_at LIKE '2023-12-%'", (hand) =>
    hand.query('sales', 'shop = :a AND begins_with(sold_at, :b)', { values: ['shop-007', '2023-12-'] }),
  ),
  inShop('prefix by starts_with', "AND starts_with(sold_at, '2023-12')", (hand) =>
    hand.query('sales', 'shop = :a AND begins_with(sold_at, :b)', { values: ['shop-007', '2023-12'] }),
  ),
  inShop('two ranges of one partition', "AND (sold_at < '2023-11-20' OR sold_at > '2024-02-10')", async (hand) => [
    ...(await hand.query('sales', 'shop = :a AND sold_at < :b', { values: ['shop-007', '2023-11-20'] })),
    ...(await hand.query('sales', 'shop = :a AND sold_at > :b', { values: ['shop-007', '2024-02-10'] })),
  ]),
  inShop('a partition with a filter', "AND channel = 'web' AND quantity > 3", (hand) =>
    hand.query('sales', 'shop = :a', { values: ['shop-007', 'web', 3], filter: 'channel = :b AND quantity > :c' }),
  ),
  {
    name: 'several partitions',
    sql: `SELECT * FROM sales WHERE shop IN ('shop-001', 'shop-002', 'shop-003')`,
    best: (hand) => shops((shop) => hand.query('sales', 'shop = :a', { values: [shop] })),
  },
  {
    name: 'several partitions with a range',
    sql: `SELECT * FROM sales WHERE shop IN ('shop-001', 'shop-002', 'shop-003') AND sold_at >= '${TO}'`,
    best: (hand) => shops((shop) => hand.query('sales', 'shop = :a AND sold_at >= :b', { values: [shop, TO] })),
  },
  aggregate('count of a partition', `SELECT count(*) FROM sales WHERE shop = 'shop-007'`, (hand) =>
    hand.query('sales', 'shop = :a', { values: ['shop-007'] }),
  ),
];

function inShop(name: string, condition: string, best: QueryShape['best']): QueryShape {
  return { name, sql: `SELECT * FROM sales WHERE shop = 'shop-007' ${condition}`, best };
}

async function shops(read: (shop: string) => Promise<Items>): Promise<Items> {
  const lists = [];
  for (const shop of ['shop-001', 'shop-002', 'shop-003']) lists.push(await read(shop));
  return lists.flat();
}
