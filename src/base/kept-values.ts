/**
 * Values that are kept until they are cleared. A value whose loading began before a clearing goes to those who asked before
 * it, and is not kept: who asks later never gets what was true earlier.
 */
export class KeptValues<V> {
  private values = new Map<string, Promise<V>>();

  /** `max`: how many are kept; the ones loaded first go first. */
  constructor(private readonly max: number) {}

  /** The value of the key, loaded unless it is kept or being loaded. An error is not kept. */
  get(key: string, load: () => Promise<V>): Promise<V> {
    const kept = this.values.get(key);
    if (kept !== undefined) return kept;
    const values = this.values;
    const value = load();
    values.set(key, value);
    value.catch(() => {
      if (values.get(key) === value) values.delete(key);
    });
    for (const first of values.keys()) {
      if (values.size <= this.max) break;
      values.delete(first);
    }
    return value;
  }

  delete(key: string): void {
    this.values.delete(key);
  }

  clear(): void {
    this.values = new Map();
  }
}
