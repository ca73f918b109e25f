import type { TableDescription } from '../../dynamodb/table-description.js';
import type { Key, PagedOptions, RawPage, TableReader } from '../../dynamodb/table-reader.js';
import { keyCondition } from '../plan/keys/key-condition.js';
import type { KeyRange } from '../plan/keys/key-ranges.js';
import { type AccessPath, type CommonRequest, keySchema } from '../plan/paths/access-path.js';
import type { EarlyEnd } from './early-end.js';

export type PagedPath = AccessPath & { readonly kind: 'query' | 'scan' };

/** One range of a path: its pages in their order. Whoever takes one tells `end` of it before the next is asked for. */
export type PagedRange = (stop: AbortSignal, end: EarlyEnd) => AsyncGenerator<RawPage>;

/** The ranges of a path: one per key range of a query, one per segment of a scan. */
export function pagedRanges(path: PagedPath, description: TableDescription, reader: TableReader): PagedRange[] {
  if (path.kind === 'query') return path.ranges.map((range) => queryRange(path, range, { description, reader }));
  const { segments } = path;
  if (path.stop !== undefined && segments > 1) throw new TypeError('a scan that stops early has one segment');
  return Array.from({ length: segments }, (_, segment) => (stop, end) => {
    const request = { ...pagedOptions(path), ...(segments > 1 ? { segment, totalSegments: segments } : {}) };
    return follow((from) => reader.scan({ ...request, ...from }, stop), end);
  });
}

function queryRange(
  path: PagedPath & { readonly kind: 'query' },
  range: KeyRange,
  { description, reader }: { readonly description: TableDescription; readonly reader: TableReader },
): PagedRange {
  return (stop, end) => {
    const names = path.common.names.fork();
    const keyConditionExpression = keyCondition(range, keySchema(path, description), names);
    const request = {
      ...pagedOptions(path),
      ...names.request(),
      keyConditionExpression,
      ...(path.stop?.backward === true ? { scanIndexForward: false } : {}),
    };
    return follow((from) => reader.query({ ...request, ...from }, stop), end);
  };
}

/** Pages until there is no LastEvaluatedKey, or all that is wanted has come: an empty page is not the end. */
async function* follow(
  read: (from: Pick<PagedOptions, 'exclusiveStartKey' | 'limit'>) => Promise<RawPage>,
  end: EarlyEnd,
): AsyncGenerator<RawPage> {
  let next: Key | undefined;
  do {
    const { limit } = end;
    const page: RawPage = await read({
      ...(limit === undefined ? {} : { limit }),
      ...(next === undefined ? {} : { exclusiveStartKey: next }),
    });
    yield page;
    next = page.lastEvaluatedKey;
  } while (next !== undefined && !end.isReached);
}

function pagedOptions(path: PagedPath): PagedOptions {
  const { filter, common } = path;
  return {
    ...readOptions(common),
    ...common.names.request(),
    ...(filter === undefined ? {} : { filterExpression: filter.expression }),
    ...(path.index === undefined ? {} : { indexName: path.index.name }),
    ...(path.countOnly === true ? { countOnly: true } : {}),
  };
}

/** What every kind of request of a path has. */
export function readOptions({ tableName, projectionExpression, names, consistentRead }: CommonRequest) {
  const { names: aliases } = names.request();
  return {
    tableName,
    ...(projectionExpression === undefined ? {} : { projectionExpression }),
    ...(aliases === undefined ? {} : { names: aliases }),
    ...(consistentRead ? { consistentRead: true } : {}),
  };
}
