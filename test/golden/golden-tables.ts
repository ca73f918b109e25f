import type { AttributeValue, Item } from '../../src/dynamodb/attribute-value.js';
import type { KeyAttribute, Projection } from '../../src/dynamodb/table-description.js';
import type { TestTable } from '../support/test-gateway.js';

/**
 * The tables of all golden plans and of the units test: every kind of key, index and projection, always the same items.
 *
 * - `customers` by id. `by_email` holds everything, `by_city` (city, joined) only names; both are sparse.
 * - `orders` by customer and placed. `by_status` (status, total) holds everything, `by_sku` only keys, the local
 *   `by_total` (customer, total) everything. `coupon` is rare, and `by_coupon` with it.
 * - `readings`, by sensor and moment, both numbers, with nothing but keys and one value.
 * - `odd-names`: names that SQL has to quote.
 */
export const GOLDEN_TABLES: readonly TestTable[] = [
  {
    name: 'customers',
    partitionKey: text('id'),
    indexes: [
      index('by_email', [text('email')], []),
      index('by_city', [text('city')], [text('joined')], { kind: 'include', attributes: ['name'] }),
    ],
    items: Array.from({ length: 200 }, (_, i) => customer(i)),
  },
  {
    name: 'orders',
    partitionKey: text('customer'),
    sortKey: text('placed'),
    indexes: [
      index('by_status', [text('status')], [number('total')]),
      index('by_sku', [text('sku')], [], { kind: 'keys-only' }),
      index('by_coupon', [text('coupon')], [text('placed')], { kind: 'include', attributes: ['total'] }),
      { ...index('by_total', [text('customer')], [number('total')]), kind: 'local' },
    ],
    items: Array.from({ length: 600 }, (_, i) => order(i)),
  },
  {
    name: 'readings',
    partitionKey: number('sensor'),
    sortKey: number('moment'),
    items: Array.from({ length: 500 }, (_, i) => ({ sensor: N(i % 10), moment: N(1000 + i), value: N(i / 4) })),
  },
  {
    name: 'odd-names',
    partitionKey: text('group'),
    sortKey: text('a.b'),
    items: Array.from({ length: 60 }, (_, i) => ({
      group: S(`g${i % 4}`),
      'a.b': S(String(i).padStart(3, '0')),
      'a-b': N(i),
      a_b: N(-i),
      order: S(i % 2 === 0 ? 'even' : 'odd'),
      padding: S('x'.repeat(400)),
    })),
  },
];

function customer(i: number): Item {
  return {
    id: S(`c${String(i).padStart(3, '0')}`),
    name: S(`Customer ${i}`),
    joined: S(day(i)),
    active: { BOOL: i % 3 !== 0 },
    address: { M: { street: S(`${i} Main Street`), zip: N(10_000 + i) } },
    tags: { L: [S(i % 2 === 0 ? 'even' : 'odd'), S(`t${i % 5}`)] },
    ...(i % 10 === 0 ? {} : { email: S(`c${i}@example.org`) }),
    ...(i % 4 === 0 ? {} : { city: S(['Oslo', 'Lima', 'Bonn'][i % 3] ?? '') }),
    notes: S('n'.repeat(600)),
  };
}

function order(i: number): Item {
  return {
    customer: S(`c${String(i % 50).padStart(3, '0')}`),
    placed: S(`${day(i)}T${String(i % 24).padStart(2, '0')}:00`),
    status: S(['open', 'paid', 'shipped', 'closed'][i % 4] ?? ''),
    total: N((i * 37) % 500),
    sku: S(`sku-${i % 40}`),
    lines: { L: [{ M: { sku: S(`sku-${i % 40}`), quantity: N(1 + (i % 3)) } }] },
    ...(i % 25 === 0 ? { coupon: S(`cp${i % 3}`) } : {}),
    notes: S('o'.repeat(500)),
  };
}

function day(i: number): string {
  return new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10);
}

function S(text: string): AttributeValue {
  return { S: text };
}

function N(value: number): AttributeValue {
  return { N: String(value) };
}

function text(name: string): KeyAttribute {
  return { name, type: 'S' };
}

function number(name: string): KeyAttribute {
  return { name, type: 'N' };
}

function index(
  name: string,
  partitionKeys: readonly KeyAttribute[],
  sortKeys: readonly KeyAttribute[],
  projection: Projection = { kind: 'all' },
) {
  return { name, kind: 'global' as const, partitionKeys, sortKeys, projection };
}
