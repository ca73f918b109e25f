import type { Key, TableReader } from '../../dynamodb/table-reader.js';
import type { CommonRequest } from '../plan/paths/access-path.js';
import { readOptions } from './follow-pages.js';
import type { Page } from './read-pages.js';

/** Keys of one BatchGetItem (dynamodb-numbers.md 4). */
export const BATCH_KEYS = 100;

export interface KeysRequest {
  readonly common: CommonRequest;
  readonly reader: TableReader;
  readonly stop: AbortSignal;
}

/** The item of one whole key. */
export async function* readKey(key: Key, { common, reader, stop }: KeysRequest): AsyncGenerator<Page> {
  yield { ...(await reader.getItem({ ...readOptions(common), key }, stop)), index: undefined };
}

/** The items of whole keys, in batches one after another; keys that DynamoDB left unprocessed are asked for again. */
export async function* readKeys(keys: readonly Key[], { common, reader, stop }: KeysRequest): AsyncGenerator<Page> {
  const options = readOptions(common);
  for (let from = 0; from < keys.length; from += BATCH_KEYS) {
    let wanted = keys.slice(from, from + BATCH_KEYS);
    while (wanted.length > 0) {
      const { items, itemCount, readUnits, unprocessedKeys } = await reader.batchGetItem(
        { ...options, keys: wanted },
        stop,
      );
      yield { items, itemCount, scannedCount: itemCount, readUnits, index: undefined };
      if (unprocessedKeys.length >= wanted.length)
        throw new TypeError('a steady reader gives no batch without progress');
      wanted = [...unprocessedKeys];
    }
  }
}
