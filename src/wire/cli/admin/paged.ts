import type { ServerClient } from '../server/server-client.js';

interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextToken?: string;
}

/** All entries of a listing, or the first `max` of them. */
export async function allOf<Item>(server: ServerClient, path: string, max = Number.POSITIVE_INFINITY): Promise<Item[]> {
  const items: Item[] = [];
  let token: string | undefined;
  do {
    const page: Page<Item> = await server.call(
      'GET',
      pathOf(path, { limit: String(Math.min(1000, max)), nextToken: token }),
    );
    items.push(...page.items);
    token = page.nextToken;
  } while (token !== undefined && items.length < max);
  return items.slice(0, max);
}

/** The path with those of the parameters that are there. */
export function pathOf(path: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const [plain = '', before] = path.split('?');
  const query = new URLSearchParams(before);
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, value);
  return query.size === 0 ? plain : `${plain}?${query}`;
}
