import type { Item } from '../../dynamodb/attribute-value.js';
import type { PreparedCall } from '../prepare-call.js';
import { asObject, type JsonObject, type JsonPath, member, pathText } from '../request/json-value.js';
import { checkItem, checkKeyOf } from './check-keys.js';

/**
 * Looks at the items and keys of a call that is about to be sent, against the keys of their tables; that they are items at all
 * was looked at by `checkedItem`. Throws REQUEST_INVALID.
 */
export function checkCall({ touches, body }: PreparedCall): void {
  for (const { touch, facts, name } of touches) {
    if (facts === undefined) continue;
    // Batches are sent with the plain names of their tables.
    const path = touch.entry.map((step, index) => (touch.place.kind === 'key' && index === 1 ? name.table : step));
    const entry = at(body, path);
    const words = (name: string) => (touch.at === '' ? name : `${touch.at}.${name}`);
    // Casts, because all of these have been checked to be items.
    const item = member(entry, 'Item');
    if (item !== undefined) checkItem(item as Item, facts, words('Item'));
    const key = member(entry, 'Key');
    if (key !== undefined) checkKeyOf(key as Item, facts, words('Key'));
    const keys = member(entry, 'Keys');
    if (!Array.isArray(keys)) continue;
    for (const [index, each] of keys.entries()) {
      checkKeyOf(each as Item, facts, `${words('Keys')}[${index}]`);
    }
  }
}

function at(body: JsonObject, path: JsonPath): JsonObject {
  // The path was found in this very body.
  const found = path.reduce<unknown>((value, step) => (value as Record<string | number, unknown>)[step], body);
  return asObject(found, pathText(path));
}
