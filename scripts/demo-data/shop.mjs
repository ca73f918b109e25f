// A made shop as a single-table design: products, customers, their orders and order lines under PK and SK.
//
// | item     | PK            | SK                  | GSI1PK          | GSI1SK              |
// | -------- | ------------- | ------------------- | --------------- | ------------------- |
// | product  | PRODUCT#P01   | PRODUCT             | CATEGORY#garden | P01                 |
// | customer | CUSTOMER#C001 | CUSTOMER            |                 |                     |
// | order    | CUSTOMER#C001 | ORDER#0001          | STATUS#shipped  | 2025-01-05          |
// | line     | CUSTOMER#C001 | ORDER#0001#LINE#1   | PRODUCT#P01     | ORDER#0001#LINE#1   |
import { createHash } from 'node:crypto';
import { B, BOOL, BS, L, M, N, NS, NULL, S, SS, withoutMissing } from './attribute.mjs';
import { cities, firstNames, lastNames, precisionGauge, products } from './shop-words.mjs';

const customerCount = 40;
const orderCount = 200;
const statuses = ['placed', 'packed', 'shipped', 'delivered', 'delivered', 'delivered', 'returned'];

/** About 870 items; the same ones every time. */
export function shop() {
  const random = seededRandom(20250131);
  const customers = Array.from({ length: customerCount }, (_, i) => customer(i, random));
  const orders = Array.from({ length: orderCount }, (_, i) => order(i, random));
  return [...[...products, precisionGauge].map(product), ...customers, ...orders.flat()];
}

function product(it) {
  return {
    PK: S(`PRODUCT#${it.sku}`),
    SK: S('PRODUCT'),
    kind: S('product'),
    GSI1PK: S(`CATEGORY#${it.category}`),
    GSI1SK: S(it.sku),
    sku: S(it.sku),
    name: S(it.name),
    category: S(it.category),
    price: N(money(it.cents)),
    tags: SS(it.tags),
    package_sizes: NS(it.packageSizes),
    in_stock: BOOL(it.stock > 0),
    stock: N(it.stock),
  };
}

function customer(index, random) {
  const id = customerId(index);
  const name = `${random.pick(firstNames)} ${random.pick(lastNames)}`;
  const place = random.pick(cities);
  const deviceKeys = Array.from({ length: 1 + random.below(3) }, (_, i) => hash(`${id} device ${i}`).subarray(0, 16));
  return withoutMissing({
    PK: S(`CUSTOMER#${id}`),
    SK: S('CUSTOMER'),
    kind: S('customer'),
    name: S(name),
    email: S(`${id.toLowerCase()}@example.com`),
    subscribed: BOOL(random.below(3) > 0),
    'Loyalty Tier': random.below(2) === 0 ? S(random.pick(['bronze', 'silver', 'gold'])) : undefined,
    address: M({
      street: S(`${1 + random.below(999)} ${random.pick(['Main', 'Oak', 'Mill', 'Lake', 'Penstock'])} St`),
      city: S(place.city),
      state: S(place.state),
      postcode: S(place.postcode),
      location: M({ latitude: N(place.latitude), longitude: N(place.longitude) }),
    }),
    device_keys: BS(deviceKeys),
  });
}

/** One order item, followed by its lines. */
function order(index, random) {
  const number = String(index + 1).padStart(4, '0');
  const PK = S(`CUSTOMER#${customerId(random.below(customerCount))}`);
  const placedAt = new Date(Date.UTC(2025, 0, 1) + index * 42 * 3_600_000 + random.below(86_400) * 1000);
  const status = random.pick(statuses);
  const items = random.sample(products, 1 + (index % 5));
  if (index % 17 === 5) items[0] = precisionGauge;
  const ordered = items.map((item) => ({ item, quantity: item.serialised ? 1 : 1 + random.below(4) }));
  const total = ordered.reduce((sum, { item, quantity }) => sum + item.cents * quantity, 0);
  const head = withoutMissing({
    PK,
    SK: S(`ORDER#${number}`),
    kind: S('order'),
    GSI1PK: S(`STATUS#${status}`),
    GSI1SK: S(placedAt.toISOString().slice(0, 10)),
    order_id: S(number),
    status: S(status),
    placed_at: S(placedAt.toISOString().replace('.000Z', 'Z')),
    total: N(money(total)),
    skus: SS(ordered.map(({ item }) => item.sku)),
    lines: L(
      ordered.map(({ item, quantity }) => M({ sku: S(item.sku), quantity: N(quantity), price: N(money(item.cents)) })),
    ),
    discount: discount(random),
    'gift.note': random.below(8) === 0 ? S(random.pick(['Happy birthday!', 'Viel Glück', 'よろしく', ''])) : undefined,
    tracking: ['placed', 'packed'].includes(status) ? NULL : S(`HG${hash(number).readUInt32BE(0)}`),
    receipt: B(hash(`receipt ${number} ${money(total)}`)),
  });
  return [head, ...ordered.map((line, i) => orderLine({ PK, number, position: i + 1, ...line }))];
}

function orderLine({ PK, number, position, item, quantity }) {
  const key = `ORDER#${number}#LINE#${position}`;
  return withoutMissing({
    PK,
    SK: S(key),
    kind: S('line'),
    GSI1PK: S(`PRODUCT#${item.sku}`),
    GSI1SK: S(key),
    order_id: S(number),
    line: N(position),
    sku: S(item.sku),
    quantity: N(quantity),
    price: N(money(item.cents)),
    amount: N(money(item.cents * quantity)),
    ...(item.serialised ? serialNumbers(key) : {}),
  });
}

/** Attributes that need all of DynamoDB's 38 digits. Serials begin with 10, so that a dozen can be summed in a HUGEINT. */
function serialNumbers(key) {
  return { serial: N(`10${digits(`${key} serial`, 36)}`), calibration: N(`1.${digits(`${key} calibration`, 36)}7`) };
}

/** A percentage as a number, or the name of a voucher: the type differs from item to item, as it does in old tables. */
function discount(random) {
  const draw = random.below(10);
  if (draw < 2) return N(random.pick([5, 10, 12.5]));
  return draw === 2 ? S(random.pick(['WELCOME', 'SORRY'])) : undefined;
}

function customerId(index) {
  return `C${String(index + 1).padStart(3, '0')}`;
}

function money(cents) {
  return `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
}

function hash(text) {
  return createHash('sha256').update(text).digest();
}

function digits(text, count) {
  return BigInt(`0x${hash(text).toString('hex')}`)
    .toString()
    .slice(-count)
    .padStart(count, '0');
}

/** Mulberry32: small, and the same everywhere. */
function seededRandom(seed) {
  let state = seed;
  const below = (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  };
  const pick = (list) => list[below(list.length)];
  const sample = (list, count) => {
    const rest = [...list];
    return Array.from({ length: count }, () => rest.splice(below(rest.length), 1)[0]);
  };
  return { below, pick, sample };
}
