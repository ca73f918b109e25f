import type { AttributeValue, Item } from '../dynamodb/attribute-value.js';

/** Longer values are no keys (dynamodb-numbers.md 6), and would be slow to look at. */
const MAX_LENGTH = 2048;

/**
 * Counts the different values of each attribute of a sample, of the types that can be keys. It holds 32 bits for each value
 * and never the value; two of a thousand that look the same to it are rarer than one sample in ten thousand.
 */
export class DistinctValues {
  private readonly seen = new Map<string, Set<number>>();

  add(item: Item): void {
    for (const [attribute, value] of Object.entries(item)) {
      const text = keyText(value);
      if (text === undefined || text.length > MAX_LENGTH) continue;
      const known = this.seen.get(attribute);
      if (known === undefined) this.seen.set(attribute, new Set([hash(text)]));
      else known.add(hash(text));
    }
  }

  /** How many there are by attribute; attributes without such values are not in it. */
  counts(): ReadonlyMap<string, number> {
    return new Map([...this.seen].map(([attribute, values]) => [attribute, values.size]));
  }
}

function keyText(value: AttributeValue): string | undefined {
  if ('S' in value) return value.S;
  if ('N' in value) return value.N;
  return 'B' in value ? value.B : undefined;
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let bits = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) bits = Math.imul(bits ^ text.charCodeAt(i), 0x01000193);
  return bits >>> 0;
}
