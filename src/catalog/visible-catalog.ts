import { HeadgateError } from '../base/errors/headgate-error.js';
import type { Catalog, SchemaTable } from './model.js';

/** What of the catalog may be seen. */
export interface Visibility {
  isSchemaVisible(schema: string): boolean;
  isTableVisible(table: SchemaTable): boolean;
}

/**
 * The catalog as it looks to somebody: what may not be seen is not there, and asking for it ends like asking for what does
 * not exist. Nothing of it is described or sampled.
 */
export function visibleCatalog(catalog: Catalog, visibility: Visibility): Catalog {
  const checkSchema = (schema: string) => {
    if (!visibility.isSchemaVisible(schema))
      throw new HeadgateError('SCHEMA_NOT_FOUND', `There is no schema "${schema}".`);
  };
  return {
    schemas: catalog.schemas.filter((schema) => visibility.isSchemaVisible(schema)),
    unavailable: (schema) => (visibility.isSchemaVisible(schema) ? catalog.unavailable?.(schema) : undefined),
    async listTables(schema, signal, options) {
      checkSchema(schema);
      const tables = await catalog.listTables(schema, signal, options);
      return tables.filter((table) => visibility.isTableVisible({ schema, table }));
    },
    async table(name, signal) {
      checkSchema(name.schema);
      if (visibility.isTableVisible(name)) return catalog.table(name, signal);
      throw new HeadgateError('TABLE_NOT_FOUND', `There is no table "${name.table}" in schema "${name.schema}".`);
    },
  };
}
