import { seededRandom } from '../../../src/catalog/testing/seeded-random.js';
import type { Item } from '../../../src/dynamodb/attribute-value.js';
import type { KeyAttribute, Projection } from '../../../src/dynamodb/table-description.js';
import type { TableDefinition } from '../../../src/dynamodb/write-items.js';
import { REGIONS } from './order-items.js';

/** Between them the indexes are of every kind that can be read. */
export const SALES_DEFINITION: TableDefinition = {
  name: 'sales',
  partitionKey: text('shop'),
  sortKey: text('sold_at'),
  indexes: [
    global('by_status', [text('status')], [text('sold_at')], { kind: 'all' }),
    global('by_product', [text('product')], [number('price')], { kind: 'keys-only' }),
    // Sparse: one sale in twenty has a coupon.
    global('by_coupon', [text('coupon')], [], { kind: 'include', attributes: ['price'] }),
    // Several key attributes of each kind.
    global('by_place', [text('region'), text('channel')], [text('day'), number('price')], {
      kind: 'include',
      attributes: ['product', 'quantity'],
    }),
    {
      name: 'by_price',
      kind: 'local',
      partitionKeys: [text('shop')],
      sortKeys: [number('price')],
      projection: { kind: 'keys-only' },
    },
  ],
};

export const SHOPS = 100;

/** Sales of 100 shops, the first of which has ten times as many as the others; sizes from 100 to 5 000 bytes. */
export function saleItems(count: number): Item[] {
  return Array.from({ length: count }, (_, i) => saleItem(i));
}

function saleItem(i: number): Item {
  const random = seededRandom(i + 1);
  const shop = random() < 0.1 ? 0 : Math.floor(random() * SHOPS);
  const sold = new Date(1.7e12 + (Math.floor(random() * 1000) * 864e5) / 10 + i).toISOString();
  const remark = random() < 0.02 ? 'long remark '.repeat(400) : 'remark '.repeat(Math.floor(random() * 20));
  return {
    shop: { S: `shop-${String(shop).padStart(3, '0')}` },
    sold_at: { S: sold },
    day: { S: sold.slice(0, 10) },
    status: { S: (['open', 'paid', 'returned', 'lost'] as const)[Math.floor(random() ** 3 * 4)] ?? 'open' },
    region: { S: REGIONS[shop % REGIONS.length] ?? 'north' },
    channel: { S: random() < 0.8 ? 'shop' : 'web' },
    product: { S: `product-${Math.floor(random() * 200)}` },
    price: { N: String(Math.floor(random() * 20_000) / 100) },
    quantity: { N: String(1 + Math.floor(random() * 9)) },
    remark: { S: remark },
    ...(random() < 0.05 ? { coupon: { S: `coupon-${Math.floor(random() * 10)}` } } : {}),
  };
}

function global(name: string, partitionKeys: KeyAttribute[], sortKeys: KeyAttribute[], projection: Projection) {
  return { name, kind: 'global' as const, partitionKeys, sortKeys, projection };
}

function text(name: string): KeyAttribute {
  return { name, type: 'S' };
}

function number(name: string): KeyAttribute {
  return { name, type: 'N' };
}
