import { KeptValues } from '../../base/kept-values.js';
import type { SchemaRepository } from './schema-repository.js';
import type { StoredSchema } from './stored-schema.js';

/** The schemas of the store, as they are now at every gateway. */
export interface SchemaBook {
  /** As they were when they were last read. */
  all(): readonly StoredSchema[];
  /** As they are now: what was announced before the call is in it. Throws STORE_UNAVAILABLE and STORE_FAILED. */
  current(): Promise<readonly StoredSchema[]>;
  /** Calls the listener when `all` gives something else. Returns how to stop it. */
  onChange(listener: () => void): () => void;
  close(): void;
}

export interface SchemaBookOptions {
  readonly repository: Pick<SchemaRepository, 'list' | 'onChange'>;
  /** Told why a change could not be read; statements are refused until it can be. */
  readonly onProblem: (error: unknown) => void;
}

/** Reads all schemas. Whoever opens the book closes it, before the store. Throws STORE_UNAVAILABLE and STORE_FAILED. */
export async function openSchemaBook(options: SchemaBookOptions): Promise<SchemaBook> {
  const book = new Book(options);
  try {
    await book.current();
    return book;
  } catch (cause) {
    book.close();
    throw cause;
  }
}

class Book implements SchemaBook {
  private readonly kept = new KeptValues<readonly StoredSchema[]>(1);
  private readonly listeners = new Set<() => void>();
  private announcements = 0;
  private loads = 0;
  private latest: { readonly load: number; readonly schemas: readonly StoredSchema[] } = { load: 0, schemas: [] };
  readonly close: () => void;

  constructor(private readonly options: SchemaBookOptions) {
    this.close = options.repository.onChange(() => {
      this.announcements += 1;
      this.kept.clear();
      // Read at once: statements under way must hear of a schema that was disabled.
      this.current().catch(options.onProblem);
    });
  }

  all(): readonly StoredSchema[] {
    return this.latest.schemas;
  }

  async current(): Promise<readonly StoredSchema[]> {
    for (;;) {
      const before = this.announcements;
      const schemas = await this.kept.get('all', () => this.load());
      // What was announced while they were read may not be in it.
      if (this.announcements === before) return schemas;
    }
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private async load(): Promise<readonly StoredSchema[]> {
    this.loads += 1;
    const load = this.loads;
    const schemas = Object.freeze(await this.options.repository.list());
    // One that began earlier may end later.
    if (load > this.latest.load) {
      this.latest = { load, schemas };
      for (const listener of this.listeners) listener();
    }
    return schemas;
  }
}
