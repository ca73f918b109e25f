import type { AttributeValue } from '../../src/dynamodb/attribute-value.js';
import type { Choices } from './choices.js';
import { elementsOf, type Place } from './places.js';
import { constant, scalar, textLiteral } from './random-constants.js';
import { type Sql, sql } from './sql-tree.js';

/** A condition on a list, a set, a struct or JSON. */
export function collectionPredicate(choices: Choices, place: Place): Sql {
  const isNull = () => sql`${place.sql} IS ${choices.pick(['NULL', 'NOT NULL'])}`;
  switch (place.type.kind) {
    case 'list':
    case 'set':
      return choices.branch<Sql>([
        [1, isNull],
        [1, () => sql`len(${place.sql}) ${choices.pick(['=', '>', '<='])} ${choices.upTo(3)}`],
        [4, () => containment(choices, place)],
      ]);
    case 'json':
      return choices.branch<Sql>([
        [1, isNull],
        [2, () => jsonMember(choices, place)],
        [
          1,
          () =>
            sql`json_type(${place.sql}) ${choices.pick(['=', '<>'])} ${choices.pick(["'VARCHAR'", "'OBJECT'", "'UBIGINT'"])}`,
        ],
        [
          1,
          () =>
            sql`CAST(${place.sql} AS VARCHAR) ${choices.pick(['=', '<', 'LIKE'])} ${choices.pick(["'true'", "'1'", `'"a"'`, "'{%'"])}`,
        ],
      ]);
    default:
      return isNull();
  }
}

function containment(choices: Choices, place: Place): Sql {
  const { type } = place;
  const element = type.kind === 'list' || type.kind === 'set' ? scalar(type.element) : undefined;
  if (element === undefined) return sql`${place.sql} IS NOT NULL`;
  const value = () => constant(choices, element, elementsOf(place));
  return choices.branch<Sql>([
    [3, () => sql`list_contains(${place.sql}, ${value()})`],
    [1, () => sql`NOT list_contains(${place.sql}, ${value()})`],
    [1, () => sql`${value()} = ANY(${place.sql})`],
    [1, () => sql`list_has_any(${place.sql}, [${value()}])`],
    [1, () => sql`array_contains(${place.sql}, ${value()})`],
    [1, () => sql`len(list_filter(${place.sql}, lambda e: e > ${value()})) > 0`],
  ]);
}

function jsonMember(choices: Choices, { sql: place, values }: Place): Sql {
  const name = choices.pick([
    'a',
    'b',
    ...values.flatMap((value: AttributeValue) => ('M' in value ? Object.keys(value.M) : [])),
  ]);
  const path = textLiteral(`$."${name.replaceAll('"', '')}"`);
  return sql`(${place}->>${path}) ${choices.pick(["= 'a'", 'IS NULL', 'IS NOT NULL', "> '0'"])}`;
}
