import { seededRandom } from '../../../src/catalog/testing/seeded-random.js';
import type { Item } from '../../../src/dynamodb/attribute-value.js';

export const REGIONS = ['north', 'south', 'east', 'west', 'centre', 'coast', 'islands', 'abroad'] as const;
const STATUSES = ['open', 'paid', 'shipped', 'returned', 'cancelled'] as const;
const WORDS = 'alder birch cedar elder hazel holly larch maple rowan spruce willow yew'.split(' ');

/** Attributes of order `i`, without its key: text, numbers, a boolean, a set, a map and a list; two are missing now and then. */
export function orderBody(i: number): Item {
  const random = seededRandom(i + 1);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T; // the index is below the length
  const digits = (below: number) => String(Math.floor(random() * below));
  const words = (count: number) => Array.from({ length: count }, () => pick(WORDS)).join(' ');
  const lines = 1 + Math.floor(random() * 3);
  return {
    status: { S: pick(STATUSES) },
    region: { S: pick(REGIONS) },
    amount: { N: `${digits(5000)}.${1 + Math.floor(random() * 9)}` },
    quantity: { N: digits(100) },
    ordered_at: { S: new Date(1.6e12 + Math.floor(random() * 1e11)).toISOString() },
    paid: { BOOL: random() < 0.7 },
    note: { S: words(6 + Math.floor(random() * 8)) },
    tags: { SS: [...new Set([pick(WORDS), pick(WORDS)])] },
    address: {
      M: { city: { S: words(1) }, zip: { S: digits(100_000) }, country: { S: pick(['de', 'fr', 'us', 'jp']) } },
    },
    lines: {
      L: Array.from({ length: lines }, () => ({
        M: {
          sku: { S: `sku-${digits(10_000)}` },
          count: { N: digits(20) },
          price: { N: `${digits(900)}.${digits(99)}5` },
        },
      })),
    },
    ...(random() < 0.3 ? { discount: { N: digits(30) } } : {}),
  };
}

export const ACCOUNT_COUNT = 4096;

/** Attributes of account `i`, without its key. */
export function accountBody(i: number): Item {
  const random = seededRandom(i + 1);
  return {
    name: { S: `${WORDS[i % WORDS.length]} ${WORDS[Math.floor(random() * WORDS.length)]} & co` },
    segment: { S: ['private', 'business', 'public'][Math.floor(random() * 3)] ?? 'private' },
    country: { S: ['de', 'fr', 'us', 'jp'][Math.floor(random() * 4)] ?? 'de' },
    credit: { N: String(Math.floor(random() * 100_000)) },
  };
}
