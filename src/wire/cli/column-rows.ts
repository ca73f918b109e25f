import { type ColumnType, sqlTypeName } from '../../catalog/column-type.js';
import type { Column } from '../../catalog/model.js';

/**
 * Columns as rows of name, type, presence and reason. The fields of a STRUCT are rows of their own below it, indented and
 * under the path by which SQL reaches them: `properties.cdi`, `lines[1].sku`.
 */
export function columnRows(columns: readonly Column[]): string[][] {
  return columns.flatMap((column) => [
    [sqlName(column.name), shortType(column.type), presenceText(column), column.reason],
    ...fieldRows(sqlName(column.name), column.type, '  '),
  ]);
}

function fieldRows(path: string, type: ColumnType, indent: string): string[][] {
  if (type.kind === 'list') return fieldRows(`${path}[1]`, type.element, indent);
  if (type.kind !== 'struct') return [];
  return type.fields.flatMap((field) => {
    const fieldPath = `${path}.${sqlName(field.name)}`;
    return [
      [`${indent}${fieldPath}`, shortType(field.type), '', ''],
      ...fieldRows(fieldPath, field.type, `${indent}  `),
    ];
  });
}

/** The fields of a STRUCT are told below it. */
function shortType(type: ColumnType): string {
  if (type.kind === 'list') return `${shortType(type.element)}[]`;
  return type.kind === 'struct' ? 'STRUCT' : sqlTypeName(type);
}

/** In quotes where SQL needs them: `gift.note` without them would be a field of `gift`. */
function sqlName(name: string): string {
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** `62%` of the sampled items; empty where nothing was sampled. */
export function presenceText({ presence }: { readonly presence?: number | undefined }): string {
  if (presence === undefined) return '';
  // Rounding must not turn "almost" into "always", or "hardly" into "never".
  const percent = Math.round(presence * 100);
  if (percent === 100 && presence < 1) return '>99%';
  return percent === 0 && presence > 0 ? '<1%' : `${percent}%`;
}
