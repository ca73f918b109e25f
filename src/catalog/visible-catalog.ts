import { HeadgateError } from '../base/errors/headgate-error.js';
import { nearest } from '../base/nearest.js';
import type { Catalog, SchemaTable } from './model.js';
import { noSuchTable } from './no-such-table.js';

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
    if (visibility.isSchemaVisible(schema)) return;
    const near = nearest(
      schema,
      catalog.schemas.filter((each) => visibility.isSchemaVisible(each)),
    );
    throw new HeadgateError('SCHEMA_NOT_FOUND', `There is no schema "${schema}".`, {
      ...(near === undefined ? {} : { hint: `Did you mean "${near}"?` }),
    });
  };
  const visibleTables: Catalog['listTables'] = async (schema, signal, options) => {
    checkSchema(schema);
    const tables = await catalog.listTables(schema, signal, options);
    return tables.filter((table) => visibility.isTableVisible({ schema, table }));
  };
  return {
    schemas: catalog.schemas.filter((schema) => visibility.isSchemaVisible(schema)),
    listTables: visibleTables,
    unavailable: (schema) => (visibility.isSchemaVisible(schema) ? catalog.unavailable?.(schema) : undefined),
    async table(name, signal) {
      checkSchema(name.schema);
      try {
        if (visibility.isTableVisible(name)) return await catalog.table(name, signal);
      } catch (error) {
        if (!(error instanceof HeadgateError) || error.code !== 'TABLE_NOT_FOUND') throw error;
        // What it suggests may be a table that may not be seen.
      }
      throw noSuchTable(name, await namesOrNone(visibleTables(name.schema, signal), signal));
    },
  };
}

/** Listing needs a permission of its own; without it there is no suggestion, and the error is about the table. */
async function namesOrNone(listing: Promise<readonly string[]>, signal: AbortSignal): Promise<readonly string[]> {
  return await listing.catch((error) => {
    if (signal.aborted) throw error;
    return [];
  });
}
