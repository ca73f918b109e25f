import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { List, Paging } from '../../wire/http/contract/http-services.js';

/**
 * One page of a list, in the order of its keys, which must be unique. The token holds the key of the page's last item: what is
 * added or removed between two pages neither skips nor repeats another item. Throws REQUEST_INVALID for a token that is none.
 */
export function pageOf<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => readonly string[],
  { limit = PAGE_ITEMS, nextToken }: Paging,
): List<Item> {
  const after = nextToken === undefined ? undefined : keyIn(nextToken);
  const keyed = items.map((item) => ({ item, key: keyOf(item) })).sort((a, b) => compare(a.key, b.key));
  const rest = after === undefined ? keyed : keyed.filter(({ key }) => compare(key, after) > 0);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  const hasMore = last !== undefined && rest.length > page.length;
  return { items: page.map(({ item }) => item), ...(hasMore ? { nextToken: tokenOf(last.key) } : {}) };
}

const PAGE_ITEMS = 100;

/** Part by part, by code units: the same everywhere. */
function compare(a: readonly string[], b: readonly string[]): number {
  for (const [i, part] of a.entries()) {
    const other = b[i] ?? '';
    if (part !== other) return part < other ? -1 : 1;
  }
  return a.length - b.length;
}

function tokenOf(key: readonly string[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

function keyIn(token: string): readonly string[] {
  try {
    const key: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (Array.isArray(key) && key.every((part) => typeof part === 'string')) return key;
  } catch {
    // Refused below.
  }
  throw new HeadgateError('REQUEST_INVALID', 'The nextToken is not one that a listing has given.', {
    hint: 'Leave it out to begin with the first page.',
  });
}
