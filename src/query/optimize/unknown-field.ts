import { HeadgateError } from '../../base/errors/headgate-error.js';
import { nearest } from '../../base/nearest.js';
import type { ColumnType } from '../../catalog/column-type.js';
import type { EditedText } from '../parse/edited-text.js';
import { type AstNode, locationOf } from '../parse/parse-statement.js';
import type { FoundNames } from '../resolve/find-tables.js';
import type { Reference } from '../resolve/reference.js';

/**
 * The error for the first `column.field` of the statement whose field the column's maps do not have, with the nearest name;
 * undefined when there is none. DuckDB refuses it without a place.
 */
export function unknownField(
  names: FoundNames,
  references: readonly Reference[],
  text: EditedText,
): HeadgateError | undefined {
  for (const node of names.columns) {
    const missing = references.map((reference) => missingField(node, reference)).find((each) => each !== undefined);
    const offset = locationOf(node);
    if (missing === undefined) continue;
    const { field, path, fields } = missing;
    const near = nearest(field, fields);
    const way = `A field that the catalog has not seen is reached by _item->'${path.join("'->'")}'->>'${field}'.`;
    return new HeadgateError('COLUMN_NOT_FOUND', `no field ${JSON.stringify(field)} in ${path.join('.')}`, {
      ...(offset === undefined ? {} : { position: text.position(offset) }),
      hint: near === undefined ? way : `Did you mean ${near}? ${way}`,
    });
  }
  return undefined;
}

interface MissingField {
  readonly field: string;
  /** The attributes that lead to it. */
  readonly path: readonly string[];
  /** What there is in its place. */
  readonly fields: readonly string[];
}

function missingField(node: AstNode, { alias, columns }: Reference): MissingField | undefined {
  const parts = Array.isArray(node['column_names']) ? node['column_names'].map(String) : [];
  const start = parts.slice(0, -1).findIndex((part) => same(part, alias)) + 1;
  const column = columns.find(({ name }) => same(name, parts[start] ?? ''));
  let type: ColumnType | undefined = column?.type;
  const path = [column?.attribute ?? ''];
  for (const part of parts.slice(start + 1)) {
    if (type?.kind !== 'struct') return undefined;
    const found = type.fields.find(({ name }) => same(name, part));
    if (found === undefined) return { field: part, path, fields: type.fields.map(({ name }) => name) };
    path.push(found.attribute);
    type = found.type;
  }
  return undefined;
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
