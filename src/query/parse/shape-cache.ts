import type { AstNode } from './ast.js';

/** Of all kept shapes and the JSON of their ASTs together, in characters; in memory they take about twice as many bytes. */
const MAX_SIZE = 2 ** 20;

interface Entry {
  readonly ast: AstNode | undefined;
  readonly size: number;
}

/**
 * What shapes of statements parse to, by their text alone: `undefined` where a shape is no statement. The most recently
 * used ones are kept, up to a bound.
 */
export class ShapeCache {
  /** In the order of their last use. */
  private readonly entries = new Map<string, Entry>();
  private size = 0;

  constructor(private readonly maxSize = MAX_SIZE) {}

  get(shape: string): { readonly ast: AstNode | undefined } | undefined {
    const entry = this.entries.get(shape);
    if (entry === undefined) return undefined;
    this.entries.delete(shape);
    this.entries.set(shape, entry);
    return entry;
  }

  /** `jsonSize` is the length of what the parser answered. */
  set(shape: string, ast: AstNode | undefined, jsonSize: number): void {
    this.delete(shape);
    const size = shape.length + jsonSize;
    this.entries.set(shape, { ast, size });
    this.size += size;
    for (const oldest of this.entries.keys()) {
      if (this.size <= this.maxSize) return;
      this.delete(oldest);
    }
  }

  private delete(shape: string): void {
    this.size -= this.entries.get(shape)?.size ?? 0;
    this.entries.delete(shape);
  }
}
