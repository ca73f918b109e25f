import { HeadgateError } from '../base/errors/headgate-error.js';
import { nearest } from '../base/nearest.js';
import type { SchemaTable } from './model.js';

/**
 * TABLE_NOT_FOUND, the same for a table that does not exist and one that may not be seen, so that nobody can tell which it is.
 * `names`: the tables of the schema that whoever asks may see, for a suggestion.
 */
export function noSuchTable({ schema, table }: SchemaTable, names: readonly string[], cause?: unknown): HeadgateError {
  // A table that is let through without being there, or was just dropped, is no suggestion for itself.
  const near = nearest(
    table,
    names.filter((name) => name !== table),
  );
  return new HeadgateError('TABLE_NOT_FOUND', `There is no table "${table}" in schema "${schema}".`, {
    detail:
      'It does not exist there, or it is not among the tables that the schema lets through. Names are case-sensitive.',
    hint: near === undefined ? `\`SHOW TABLES\` lists the tables.` : `Did you mean "${near}"?`,
    cause,
  });
}
