import type { ColumnType } from './column-type.js';

/** The types that a declaration may name, for messages. */
export const DECLARED_TYPES =
  'varchar, date, timestamp, uuid, bigint, hugeint, decimal(p,s), double, boolean, blob, json, and lists of these such as varchar[]';

const PLAIN_TYPES: ReadonlyMap<string, ColumnType> = new Map<string, ColumnType>([
  ['varchar', { kind: 'string', as: 'text' }],
  ['text', { kind: 'string', as: 'text' }],
  ['date', { kind: 'string', as: 'date' }],
  ['timestamp', { kind: 'string', as: 'timestamp' }],
  ['uuid', { kind: 'string', as: 'uuid' }],
  ['bigint', { kind: 'bigint' }],
  ['hugeint', { kind: 'hugeint' }],
  ['double', { kind: 'double' }],
  ['boolean', { kind: 'boolean' }],
  ['blob', { kind: 'binary' }],
  ['json', { kind: 'json' }],
]);

/** The column type that a person declared, for example `decimal(18,2)` or `varchar[]`; undefined when it is no such type. */
export function parseDeclaredType(text: string): ColumnType | undefined {
  const name = text.trim().toLowerCase();
  if (name.endsWith('[]')) {
    const element = parseDeclaredType(name.slice(0, -2));
    return element === undefined ? undefined : { kind: 'list', element };
  }
  return PLAIN_TYPES.get(name) ?? parseDecimal(name);
}

function parseDecimal(name: string): ColumnType | undefined {
  const match = /^decimal\s*\(\s*(\d{1,2})\s*,\s*(\d{1,2})\s*\)$/.exec(name);
  if (match === null) return undefined;
  const precision = Number(match[1]);
  const scale = Number(match[2]);
  return precision >= 1 && precision <= 38 && scale <= precision ? { kind: 'decimal', precision, scale } : undefined;
}
