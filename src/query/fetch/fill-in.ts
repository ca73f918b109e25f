import { inStretches } from '../../base/next-turn.js';
import { itemTexts } from '../../dynamodb/item-texts.js';
import type { TableDescription } from '../../dynamodb/table-description.js';
import type { Key, RawPage, TableReader } from '../../dynamodb/table-reader.js';
import type { FillIn, Stop } from '../plan/paths/access-path.js';
import { EarlyEnd } from './early-end.js';
import type { PagedPath, PagedRange } from './follow-pages.js';
import { type PageSource, parallelPages } from './parallel-pages.js';
import { BATCH_KEYS, readKeys } from './read-keys.js';
import type { Page } from './read-pages.js';

export interface FillInRequest {
  readonly path: PagedPath;
  readonly fillIn: FillIn;
  readonly ranges: readonly PagedRange[];
  readonly description: TableDescription;
  readonly reader: TableReader;
}

/**
 * The items of an index path, fetched from the table by the keys that the index gives, no key twice. The pages of the
 * index are among the pages, without items but with their cost.
 */
export function filledIn(
  request: FillInRequest,
  options: { readonly concurrency: number; readonly ahead: number; readonly signal: AbortSignal },
): AsyncGenerator<Page> {
  const keys = new NewKeys(request.description);
  const { stop } = request.path;
  if (stop === undefined)
    return parallelPages((end) => batchSources(request, keys, { ...options, signal: end }), options);
  return parallelPages(
    request.ranges.map((range) => (end: AbortSignal) => fillUntil(stop, range, { request, keys, end })),
    options,
  );
}

/** Sources that read the table while the index is still being read: a batch whenever there are enough keys for one. */
async function* batchSources(
  request: FillInRequest,
  keys: NewKeys,
  options: { readonly concurrency: number; readonly ahead: number; readonly signal: AbortSignal },
): AsyncGenerator<PageSource<Page>> {
  const { reader, ranges, path } = request;
  const batchSource =
    (batch: readonly Key[]): PageSource<Page> =>
    (stop) =>
      readKeys(batch, { common: request.fillIn.common, reader, stop });
  const end = new EarlyEnd(undefined, path.filter !== undefined);
  const sources = ranges.map((range) => (stop: AbortSignal) => range(stop, end));
  let waiting: readonly Key[] = [];
  for await (const page of parallelPages(sources, options)) {
    yield () => once(indexPage(page, path));
    waiting = [...waiting, ...(await keys.of(page))];
    while (waiting.length >= BATCH_KEYS) {
      yield batchSource(waiting.slice(0, BATCH_KEYS));
      waiting = waiting.slice(BATCH_KEYS);
    }
  }
  if (waiting.length > 0) yield batchSource(waiting);
}

/** One range in its order, until enough of its items are there: what the index has may be gone from the table. */
async function* fillUntil(
  stop: Stop,
  range: PagedRange,
  { request, keys, end }: { readonly request: FillInRequest; readonly keys: NewKeys; readonly end: AbortSignal },
): AsyncGenerator<Page> {
  const { path, fillIn, reader } = request;
  const early = new EarlyEnd(stop, path.filter !== undefined);
  for await (const page of range(end, early)) {
    yield indexPage(page, path);
    let found = 0;
    for await (const filled of readKeys(await keys.of(page), { common: fillIn.common, reader, stop: end })) {
      found += filled.itemCount;
      yield filled;
    }
    early.add(page, found);
  }
}

const NO_ITEMS = Buffer.from('[]');

function indexPage({ scannedCount, readUnits }: RawPage, { index }: PagedPath): Page {
  return { items: NO_ITEMS, itemCount: 0, scannedCount, readUnits, index: index?.name };
}

async function* once(page: Page): AsyncGenerator<Page> {
  yield page;
}

/** The table's keys in the pages of an index, each one when it comes for the first time. */
class NewKeys {
  private readonly seen = new Set<string>();
  private readonly names: readonly string[];

  constructor({ partitionKey, sortKey }: TableDescription) {
    this.names = sortKey === undefined ? [partitionKey.name] : [partitionKey.name, sortKey.name];
  }

  async of({ items }: RawPage): Promise<Key[]> {
    const keys: Key[] = [];
    await inStretches(itemTexts(items), (text) => {
      const entry = JSON.parse(text) as Key; // An item, see RawPage; every entry of an index has the table's keys.
      const values = this.names.map((name) => entry[name]);
      const identity = JSON.stringify(values);
      if (this.seen.has(identity)) return;
      this.seen.add(identity);
      keys.push(Object.fromEntries(this.names.map((name, i) => [name, values[i]])) as Key); // The table's keys are there.
    });
    return keys;
  }
}
