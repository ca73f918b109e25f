import { inStretches } from '../../base/next-turn.js';
import type { ColumnType } from '../../catalog/column-type.js';
import type { Column } from '../../catalog/model.js';
import { JsonCursor } from '../../dynamodb/json-cursor.js';
import { plainJsonOfItem, plainJsonOfValue } from '../../dynamodb/plain-json.js';
import { ITEM_COLUMN } from '../resolve/reference.js';

/**
 * The page with plain JSON, as a string, in place of every value that a JSON column reads, nested ones too; the whole item
 * as plain JSON under `itemMember`. Attributes that no column reads are left out. The same page when there is no such
 * column. It takes JavaScript some milliseconds for each thousand items, so the event loop goes round in between.
 */
export async function plainPage(page: Uint8Array, columns: readonly Column[]): Promise<Uint8Array> {
  if (!columns.some(({ type }) => hasJson(type))) return page;
  const items: string[] = [];
  await inStretches(plainItems(page, columns), (item) => items.push(item));
  return Buffer.from(`[${items.join(',')}]`, 'utf8');
}

/** The same at once, for small pages. */
export function smallPlainPage(page: Uint8Array, columns: readonly Column[]): Uint8Array {
  if (!columns.some(({ type }) => hasJson(type))) return page;
  return Buffer.from(`[${[...plainItems(page, columns)].join(',')}]`, 'utf8');
}

/** The member of a plain page's items that holds the whole item: no attribute that a column reads. */
export function itemMember(columns: readonly Column[]): string {
  let name = ITEM_COLUMN.attribute;
  while (columns.some((column) => column !== ITEM_COLUMN && column.attribute === name)) name = `_${name}`;
  return name;
}

function* plainItems(page: Uint8Array, columns: readonly Column[]): Generator<string> {
  const types = new Map(columns.filter(isAttribute).map(({ attribute, type }) => [attribute, type]));
  const whole = columns.includes(ITEM_COLUMN) ? JSON.stringify(itemMember(columns)) : undefined;
  const cursor = new JsonCursor(Buffer.from(page.buffer, page.byteOffset, page.length).toString('utf8'));
  cursor.take('[');
  if (cursor.skip(']')) return;
  do {
    const item = cursor.value();
    const members = plainMembers(new JsonCursor(item), types);
    if (whole !== undefined) members.push(`${whole}:${JSON.stringify(plainJsonOfItem(item))}`);
    yield `{${members.join(',')}}`;
  } while (cursor.skip(','));
}

function isAttribute(column: Column): boolean {
  return column !== ITEM_COLUMN;
}

/** The members of an item or a map that have a type, as they are written in JSON. */
function plainMembers(cursor: JsonCursor, types: ReadonlyMap<string, ColumnType>): string[] {
  const members: string[] = [];
  cursor.each('{', () => {
    const name = cursor.string();
    cursor.take(':');
    const value = cursor.value();
    const type = types.get(nameOf(name));
    if (type !== undefined) members.push(`${name}:${plainValue(value, type)}`);
  });
  return members;
}

function plainValue(value: string, type: ColumnType): string {
  if (!hasJson(type)) return value;
  if (type.kind === 'json') return JSON.stringify(plainJsonOfValue(value));
  const cursor = new JsonCursor(value);
  cursor.take('{');
  const member = cursor.string();
  cursor.take(':');
  if (type.kind === 'struct' && member === '"M"') {
    const types = new Map(type.fields.map((field) => [field.attribute, field.type]));
    return `{"M":{${plainMembers(cursor, types).join(',')}}}`;
  }
  if (type.kind === 'list' && member === '"L"') {
    const elements: string[] = [];
    cursor.each('[', () => elements.push(plainValue(cursor.value(), type.element)));
    return `{"L":[${elements.join(',')}]}`;
  }
  return value;
}

function hasJson(type: ColumnType): boolean {
  switch (type.kind) {
    case 'json':
      return true;
    case 'list':
      return hasJson(type.element);
    case 'struct':
      return type.fields.some((field) => hasJson(field.type));
    default:
      return false;
  }
}

/** The name that is written so, with quotes and perhaps with escapes. */
function nameOf(text: string): string {
  return text.includes('\\') ? String(JSON.parse(text)) : text.slice(1, -1);
}
