import { inStretches } from '../../base/next-turn.js';
import type { ColumnType } from '../../catalog/column-type.js';
import type { Column } from '../../catalog/model.js';
import { itemTexts } from '../../dynamodb/item-texts.js';
import { JsonCursor } from '../../dynamodb/json-cursor.js';
import { plainJsonOfItem, plainJsonOfValue } from '../../dynamodb/plain-json.js';
import { ITEM_COLUMN } from '../resolve/reference.js';

/**
 * The page with plain JSON, as a string, in place of every value that a JSON column reads, nested ones too; each such
 * column has a member of its own (see `pageMembers`). Attributes that no column reads are left out. The same page when there
 * is no such column. It takes JavaScript some milliseconds for each thousand items, so the event loop goes round in between.
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

/**
 * For each column, the member of a plain page's items that it reads: the attribute, or a name that no other column reads
 * where there is JSON in it. (The time to live may be read twice, by a JSON column and as a number.)
 */
export function pageMembers(columns: readonly Column[]): string[] {
  return columns.map(({ attribute, type }, i) => {
    if (!hasJson(type)) return attribute;
    let name = `plain ${i}`;
    while (columns.some((other) => other.attribute === name)) name = `_${name}`;
    return name;
  });
}

function* plainItems(page: Uint8Array, columns: readonly Column[]): Generator<string> {
  const members = pageMembers(columns).map((name) => JSON.stringify(name));
  for (const item of itemTexts(page)) {
    const attributes = new Map<string, string>();
    eachMember(new JsonCursor(item), (name, value) => attributes.set(nameOf(name), value));
    const texts = columns.flatMap((column, i) => {
      if (column === ITEM_COLUMN) return [`${members[i]}:${JSON.stringify(plainJsonOfItem(item))}`];
      const value = attributes.get(column.attribute);
      return value === undefined ? [] : [`${members[i]}:${plainValue(value, column.type)}`];
    });
    yield `{${texts.join(',')}}`;
  }
}

/** Calls `step` with each name and value of an item or a map, as they are written in JSON. */
function eachMember(cursor: JsonCursor, step: (name: string, value: string) => void): void {
  cursor.each('{', () => {
    const name = cursor.string();
    cursor.take(':');
    step(name, cursor.value());
  });
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
    const members: string[] = [];
    eachMember(cursor, (name, each) => {
      const field = types.get(nameOf(name));
      if (field !== undefined) members.push(`${name}:${plainValue(each, field)}`);
    });
    return `{"M":{${members.join(',')}}}`;
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
