import type { TableDescription } from '../../dynamodb/table-description.js';
import type { Key, TableReader } from '../../dynamodb/table-reader.js';
import type { AccessPath, CommonRequest } from '../plan/paths/access-path.js';
import { EarlyEnd } from './early-end.js';
import { filledIn } from './fill-in.js';
import { type PagedPath, type PagedRange, pagedRanges } from './follow-pages.js';
import { type PageSource, parallelPages } from './parallel-pages.js';
import { BATCH_KEYS, readKey, readKeys } from './read-keys.js';

/** Items of one request, as DynamoDB sent them, and what the request cost. */
export interface Page {
  /** A JSON array of items in DynamoDB JSON, UTF-8. */
  readonly items: Uint8Array;
  readonly itemCount: number;
  readonly scannedCount: number;
  readonly readUnits: number;
  /** The index that was read; undefined for the table itself. */
  readonly index: string | undefined;
}

/** Requests in flight at once for one reference, and pages that may wait to be staged. */
const CONCURRENCY = 8;
const PAGES_AHEAD = 4;

/**
 * All pages of an access path, followed to the end: an empty page with a LastEvaluatedKey is not the end, and
 * unprocessed keys are asked for again. The reader is one that keeps to the pace of its tables and stands throttling
 * (`steady-reader.ts`). Throws its codes.
 */
export function readPages(
  path: AccessPath,
  description: TableDescription,
  { reader, signal }: { readonly reader: TableReader; readonly signal: AbortSignal },
): AsyncGenerator<Page> {
  const options = { concurrency: CONCURRENCY, ahead: PAGES_AHEAD, signal };
  switch (path.kind) {
    case 'none':
    case 'catalog':
      return parallelPages<Page>([], options);
    case 'keys':
      return parallelPages(keySources(path.keys, path.common, reader), options);
    case 'query':
    case 'scan': {
      const ranges = pagedRanges(path, description, reader);
      if (path.fillIn !== undefined) {
        return filledIn({ path, fillIn: path.fillIn, ranges, description, reader }, options);
      }
      const sources = ranges.map((range) => (stop: AbortSignal) => rangePages(path, range, stop));
      return parallelPages(sources, options);
    }
  }
}

function keySources(keys: readonly Key[], common: CommonRequest, reader: TableReader): PageSource<Page>[] {
  const [only, ...others] = keys;
  if (only !== undefined && others.length === 0) return [(stop) => readKey(only, { common, reader, stop })];
  return Array.from({ length: Math.ceil(keys.length / BATCH_KEYS) }, (_, i) => (stop) => {
    return readKeys(keys.slice(i * BATCH_KEYS, (i + 1) * BATCH_KEYS), { common, reader, stop });
  });
}

async function* rangePages(path: PagedPath, range: PagedRange, stop: AbortSignal): AsyncGenerator<Page> {
  const end = new EarlyEnd(path.stop, path.filter !== undefined);
  for await (const page of range(stop, end)) {
    end.add(page);
    yield { ...page, index: path.index?.name };
  }
}
