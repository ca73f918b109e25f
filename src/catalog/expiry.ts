import { HeadgateError } from '../base/errors/headgate-error.js';
import type { TableDirectory } from '../dynamodb/table-reader.js';

/** How expired items of a table are told, where they are to be hidden. */
export type Expiry =
  /** The attribute with the second since 1970 after which an item is expired. */
  | { readonly kind: 'attribute'; readonly attribute: string }
  /** The attribute could not be asked for. */
  | { readonly kind: 'unknown'; readonly reason: string };

/**
 * How expired items of the table are told; undefined where they are not to be hidden, or nothing expires. `hideExpired` is the
 * attribute's name, or says whether DynamoDB is to be asked for it.
 */
export async function expiryOf(
  hideExpired: boolean | string,
  table: { readonly name: string; readonly directory: TableDirectory },
  signal: AbortSignal,
): Promise<Expiry | undefined> {
  if (hideExpired === false) return undefined;
  if (hideExpired !== true) return { kind: 'attribute', attribute: hideExpired };
  try {
    const attribute = await table.directory.timeToLiveAttribute(table.name, signal);
    return attribute === undefined ? undefined : { kind: 'attribute', attribute };
  } catch (error) {
    // Not permitted, or an endpoint that does not know the operation.
    const isBearable =
      error instanceof HeadgateError && (error.code === 'AWS_ACCESS_DENIED' || error.code === 'DYNAMODB_REJECTED');
    if (!isBearable) throw error;
    return { kind: 'unknown', reason: error.detail ?? error.message };
  }
}
