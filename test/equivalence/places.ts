import { attributeTypeOf, type ColumnType } from '../../src/catalog/column-type.js';
import type { Column } from '../../src/catalog/model.js';
import type { AttributeValue, Item } from '../../src/dynamodb/attribute-value.js';
import type { Choices } from './choices.js';
import { type Sql, sql } from './sql-tree.js';

/** Something with a value in each row: a column, a member of its maps, an element of its lists. */
export interface Place {
  readonly sql: Sql;
  readonly type: ColumnType;
  /** What the data has there, so that conditions can find something. */
  readonly values: readonly AttributeValue[];
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Every column of the table as a place; with an alias, qualified by it. */
export function columnPlaces(columns: readonly Column[], items: readonly Item[], alias?: string): Place[] {
  return columns.map(({ name, attribute, type }) => ({
    sql: alias === undefined ? sql`${quoted(name)}` : sql`${quoted(alias)}.${quoted(name)}`,
    type,
    values: valuesRead(
      items.map((item) => (Object.hasOwn(item, attribute) ? item[attribute] : undefined)),
      type,
    ),
  }));
}

/** The place itself or, for maps and lists, often a place inside it. */
export function randomlyInside(choices: Choices, place: Place): Place {
  const { type, values } = place;
  if (choices.chance(30)) return place;
  if (type.kind === 'struct') {
    const field = choices.pick(type.fields);
    const inner = values.map((value) =>
      'M' in value && Object.hasOwn(value.M, field.attribute) ? value.M[field.attribute] : undefined,
    );
    return randomlyInside(choices, {
      sql: memberSql(choices, place.sql, field.name),
      type: field.type,
      values: valuesRead(inner, field.type),
    });
  }
  if (type.kind === 'list') {
    const index = choices.pick([1, 1, 1, 2, 3, -1, 9]);
    return randomlyInside(choices, {
      sql: sql`${place.sql}[${index}]`,
      type: type.element,
      values: elementsOf(place),
    });
  }
  return place;
}

function memberSql(choices: Choices, parent: Sql, name: string): Sql {
  const text = `'${name.replaceAll("'", "''")}'`;
  return choices.branch([
    [3, () => sql`(${parent}).${quoted(name)}`],
    [1, () => sql`${parent}[${text}]`],
    [1, () => sql`struct_extract(${parent}, ${text})`],
  ]);
}

/** What the lists or sets of the place hold. */
export function elementsOf({ type, values }: Place): AttributeValue[] {
  if (type.kind === 'list') {
    return valuesRead(
      values.flatMap((value) => ('L' in value ? value.L : [])),
      type.element,
    );
  }
  return values.flatMap((value): AttributeValue[] => {
    if ('SS' in value) return value.SS.map((S) => ({ S }));
    if ('NS' in value) return value.NS.map((N) => ({ N }));
    return 'BS' in value ? value.BS.map((B) => ({ B })) : [];
  });
}

function valuesRead(values: readonly (AttributeValue | undefined)[], type: ColumnType): AttributeValue[] {
  const wanted = attributeTypeOf(type);
  return values.filter((value) => value !== undefined).filter((value) => wanted === undefined || wanted in value);
}
