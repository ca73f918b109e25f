import type { ResultColumn, ResultType, ResultValue } from '../../src/query/result.js';
import type { SortMode } from './read-records.js';

/** A line per row, values separated by tabs, in the form that README.md tells; sorted if asked for. */
export function renderRows(
  columns: readonly ResultColumn[],
  rows: readonly (readonly ResultValue[])[],
  sort: SortMode,
): string[] {
  const cells = rows.map((row) => row.map((value, i) => renderValue(value, columns[i]?.type)));
  if (sort === 'valuesort') return cells.flat().sort();
  const lines = cells.map((row) => row.join('\t'));
  return sort === 'rowsort' ? lines.sort() : lines;
}

/** `I` for integers, `R` for decimals and floats, `T` for all others. */
export function typeLetters(columns: readonly ResultColumn[]): string {
  return columns
    .map(({ type }) => (type.kind === 'integer' ? 'I' : type.kind === 'decimal' || type.kind === 'float' ? 'R' : 'T'))
    .join('');
}

function renderValue(value: ResultValue, type: ResultType | undefined): string {
  if (value === null) return 'NULL';
  if (value === '') return '(empty)';
  if (typeof value === 'number' && type?.kind === 'float') return floatText(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (typeof value !== 'object') {
    return String(value).replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n');
  }
  return nestedText(value, type);
}

/** Twelve digits, because a sum of floats depends on their order, and DuckDB adds in parallel. */
function floatText(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(12))) : String(value);
}

/** JSON, but numbers with all their digits. */
function nestedText(value: ResultValue, type: ResultType | undefined): string {
  if (value === null) return 'null';
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString('base64'));
  if (typeof value === 'number' && type?.kind === 'float') return floatText(value);
  if (typeof value === 'string' && type?.kind !== 'decimal') return JSON.stringify(value);
  if (typeof value !== 'object') return String(value);
  if (!isList(value)) return `{${JSON.stringify(value.tag)}:${nestedText(value.value, undefined)}}`;
  const part = (i: number, of: ResultType | undefined) => nestedText(value[i] ?? null, of);
  if (type?.kind === 'struct') {
    return `{${type.fields.map((field, i) => `${JSON.stringify(field.name)}:${part(i, field.type)}`).join(',')}}`;
  }
  if (type?.kind === 'map') {
    const entries = value.map((entry) => (isEntry(entry) ? entry : [null, null]));
    return `{${entries.map(([key = null, of = null]) => `${JSON.stringify(String(key))}:${nestedText(of, type.value)}`).join(',')}}`;
  }
  return `[${value.map((_, i) => part(i, type?.kind === 'list' ? type.element : undefined)).join(',')}]`;
}

/** Array.isArray does not narrow a readonly array. */
function isList(value: ResultValue): value is readonly ResultValue[] {
  return Array.isArray(value);
}

function isEntry(value: ResultValue): value is readonly ResultValue[] {
  return isList(value);
}
