import { JsonCursor } from './json-cursor.js';

/** The items of a page (see RawPage) as they are written, one by one: what is long can be done in stretches. */
export function* itemTexts(items: Uint8Array): Generator<string> {
  const cursor = new JsonCursor(Buffer.from(items.buffer, items.byteOffset, items.length).toString('utf8'));
  cursor.take('[');
  if (cursor.skip(']')) return;
  do yield cursor.value();
  while (cursor.skip(','));
}
