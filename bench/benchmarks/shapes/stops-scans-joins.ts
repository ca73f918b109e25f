import { aggregate, type QueryShape } from './query-shape.js';
import { ACCOUNT_KEYS } from './tables.js';

/** Questions that are answered before all is read. */
export const STOP_SHAPES: readonly QueryShape[] = [
  {
    name: 'newest ten of a partition',
    sql: `SELECT * FROM sales WHERE shop = 'shop-000' ORDER BY sold_at DESC LIMIT 10`,
    best: (hand) => hand.query('sales', 'shop = :a', { values: ['shop-000'], backward: true, take: 10 }),
  },
  {
    name: 'five dearest of a partition, by local index',
    sql: `SELECT sold_at, price FROM sales WHERE shop = 'shop-000' ORDER BY price DESC, sold_at DESC LIMIT 5`,
    best: (hand) =>
      hand.query('sales', 'shop = :a', { index: 'by_price', values: ['shop-000'], backward: true, take: 5 }),
  },
  aggregate('any twenty', 'SELECT count(*) FROM (SELECT * FROM sales LIMIT 20)', (hand) =>
    hand.scan('sales', { take: 20 }),
  ),
  aggregate(
    'any ten of a partition',
    `SELECT count(*) FROM (SELECT * FROM sales WHERE shop = 'shop-000' LIMIT 10)`,
    (hand) => hand.query('sales', 'shop = :a', { values: ['shop-000'], take: 10 }),
  ),
  aggregate('is there any', `SELECT EXISTS (SELECT 1 FROM sales WHERE shop = 'shop-000')`, (hand) =>
    hand.query('sales', 'shop = :a', { values: ['shop-000'], take: 1 }),
  ),
  aggregate('greatest sort key', `SELECT max(sold_at) FROM sales WHERE shop = 'shop-000'`, (hand) =>
    hand.query('sales', 'shop = :a', { values: ['shop-000'], backward: true, take: 1 }),
  ),
  aggregate('least sort key of a local index', `SELECT min(price) FROM sales WHERE shop = 'shop-000'`, (hand) =>
    hand.query('sales', 'shop = :a', { index: 'by_price', values: ['shop-000'], take: 1 }),
  ),
];

/** Questions that need all of a table. */
export const SCAN_SHAPES: readonly QueryShape[] = [
  {
    name: 'filter without key or index',
    sql: 'SELECT * FROM sales WHERE quantity = 9 AND price > 100',
    best: (hand) => hand.scan('sales', { filter: 'quantity = :a AND price > :b', values: [9, 100] }),
  },
  aggregate('group-by over all', 'SELECT region, sum(price) FROM sales GROUP BY region', (hand) => hand.scan('sales')),
  aggregate('count of all', 'SELECT count(*) FROM accounts', (hand) => hand.scan('accounts')),
];

/** Questions about two tables. */
export const JOIN_SHAPES: readonly QueryShape[] = [
  aggregate(
    'join by a constant key',
    `SELECT o.amount, a.name FROM orders o JOIN accounts a ON a.id = o.customer WHERE o.customer = 'k0000000005'`,
    async (hand) => {
      await hand.query('orders', 'customer = :a', { values: ['k0000000005'] });
      await hand.get('accounts', [{ id: { S: 'k0000000005' } }]);
    },
  ),
  ...[
    ['lookup join', 'SELECT r.customer, a.name FROM recent r JOIN accounts a ON a.id = r.customer'],
    ['lookup by a semi-join', 'SELECT name FROM accounts WHERE id IN (SELECT customer FROM recent)'],
    ['lookup by an outer join', 'SELECT r.customer, a.name FROM recent r LEFT JOIN accounts a ON a.id = r.customer'],
  ].map(([name = '', sql = '']) =>
    aggregate(name, sql, async (hand) => {
      await hand.scan('recent');
      await hand.get(
        'accounts',
        ACCOUNT_KEYS.map((id) => ({ id: { S: id } })),
      );
    }),
  ),
  aggregate(
    'lookup join by partition',
    'SELECT r.customer, o.amount FROM recent r JOIN orders o ON o.customer = r.customer WHERE r.quantity > 90',
    async (hand) => {
      const recent = await hand.scan('recent', { filter: 'quantity > :a', values: [90] });
      for (const { customer } of recent) {
        await hand.query('orders', 'customer = :a', { values: [(customer as { S: string }).S] }); // a key, of type S
      }
    },
  ),
];
