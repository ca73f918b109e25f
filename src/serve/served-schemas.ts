import type { HeadgateConfig } from '../config/headgate-config.js';
import { activeSchema, type SchemaSource, type ServedSchema } from '../connections/served-schema.js';
import type { SchemaBook } from '../control/schemas/schema-book.js';
import { type StoredSchema, schemaConfigOf } from '../control/schemas/stored-schema.js';

/** The schemas of headgate.yaml, and those of the store behind them; the file counts where both have a name. */
export function servedSchemas({ schemas }: HeadgateConfig, book: Omit<SchemaBook, 'close'>): SchemaSource {
  const ofFile = schemas.map(activeSchema);
  const names = new Set(schemas.map(({ name }) => name.toLowerCase()));
  let known: { readonly stored: readonly StoredSchema[]; readonly all: readonly ServedSchema[] } | undefined;
  return {
    all() {
      const stored = book.all();
      if (known?.stored !== stored) {
        const others = stored.filter(({ name }) => !names.has(name.toLowerCase()));
        known = { stored, all: [...ofFile, ...others.map(served)] };
      }
      return known.all;
    },
    current: () => book.current(),
    onChange: (listener) => book.onChange(listener),
  };
}

function served(schema: StoredSchema): ServedSchema {
  const { id, state, revision } = schema;
  return { config: schemaConfigOf(schema), state, revision: `${id}:${revision}` };
}
