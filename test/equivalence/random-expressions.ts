import type { Choices } from './choices.js';
import { type Place, randomlyInside } from './places.js';
import { constant, isNumber, scalar, textLiteral } from './random-constants.js';
import { randomPredicate } from './random-predicates.js';
import { orSimpler, type Sql, sql } from './sql-tree.js';

/** An expression over these places that cannot fail on any value. */
export function randomExpression(choices: Choices, places: readonly Place[]): Sql {
  const outer = choices.pick(places);
  const place = randomlyInside(choices, outer);
  return choices.branch<Sql>([
    [10, () => outer.sql],
    [4, () => orSimpler(place.sql, outer.sql)],
    [4, () => orSimpler(calculation(choices, place), place.sql)],
    [1, () => sql`(${randomPredicate(choices, places, 1)})`],
    [1, () => sql`CASE WHEN ${randomPredicate(choices, places, 1)} THEN ${place.sql} END`],
    [1, () => sql`${choices.pick(["'x'", '1', '1.50', 'NULL', '1e3', 'true', "DATE '2020-02-29'"])}`],
  ]);
}

function calculation(choices: Choices, place: Place): Sql {
  const type = scalar(place.type);
  if (type === undefined) {
    const isList = place.type.kind === 'list' || place.type.kind === 'set';
    return isList ? sql`len(${place.sql})` : sql`CAST(${place.sql} AS VARCHAR)`;
  }
  const value = () => constant(choices, type, place.values);
  const roomy = type.kind === 'bigint' || (type.kind === 'decimal' && type.precision === 18);
  return choices.branch<Sql>([
    [type.kind === 'string' ? 2 : 0, () => sql`upper(${place.sql})`],
    [type.kind === 'string' ? 2 : 0, () => sql`${place.sql} || ${textLiteral('-x')}`],
    [type.kind === 'string' ? 1 : 0, () => sql`length(${place.sql})`],
    [roomy ? 3 : 0, () => sql`${place.sql} + 1`],
    [roomy ? 1 : 0, () => sql`${place.sql} * 1.5`],
    [roomy ? 1 : 0, () => sql`${place.sql} / 4`],
    [isNumber(type) ? 1 : 0, () => sql`CAST(${place.sql} AS DOUBLE)`],
    [isNumber(type) ? 1 : 0, () => sql`TRY_CAST(${place.sql} AS SMALLINT)`],
    [1, () => sql`CAST(${place.sql} AS VARCHAR)`],
    [1, () => sql`${place.sql} IS NULL`],
    [1, () => sql`coalesce(${place.sql}, ${value()})`],
    [1, () => sql`nullif(${place.sql}, ${value()})`],
    [1, () => sql`${place.sql} = ${value()}`],
    [1, () => sql`typeof(${place.sql})`],
    [1, () => sql`{'k': ${place.sql}, 'n': 1}`],
    [1, () => sql`[${place.sql}]`],
  ]);
}

/** An aggregate over these places whose result does not depend on the order of rows; `keys` order them totally. */
export function randomAggregate(choices: Choices, places: readonly Place[], keys: readonly Place[]): Sql {
  const place = randomlyInside(choices, choices.pick(places));
  const type = scalar(place.type);
  const isAddable = place.type.kind === 'bigint' || (place.type.kind === 'decimal' && place.type.precision === 18);
  const aggregate = choices.branch<Sql>([
    [4, () => sql`count(*)`],
    [3, () => sql`count(${place.sql})`],
    [2, () => sql`count(DISTINCT ${place.sql})`],
    [type === undefined ? 0 : 3, () => sql`${choices.pick(['min', 'max'])}(${place.sql})`],
    [isAddable ? 5 : 0, () => sql`sum(${place.sql})`],
    [isAddable ? 1 : 0, () => sql`avg(${place.sql})`],
    [place.type.kind === 'boolean' ? 4 : 0, () => sql`${choices.pick(['bool_and', 'bool_or'])}(${place.sql})`],
    [1, () => sql`list(${place.sql} ORDER BY ${place.sql})`],
    [1, () => sql`count_if(${randomPredicate(choices, places, 0)})`],
    [keys.length === 0 ? 0 : 1, () => sql`first(${place.sql} ORDER BY ${orderOf(keys)})`],
    [type?.kind === 'string' ? 1 : 0, () => sql`string_agg(${place.sql}, '|' ORDER BY ${place.sql})`],
  ]);
  if (!choices.chance(15)) return aggregate;
  return orSimpler(sql`${aggregate} FILTER (WHERE ${randomPredicate(choices, places, 1)})`, aggregate);
}

/** A window function whose result the keys, which order all rows, make certain. */
export function randomWindow(choices: Choices, places: readonly Place[], keys: readonly Place[]): Sql {
  const place = choices.pick(places);
  const direction = choices.pick(['', ' DESC', ' NULLS FIRST']);
  const partition = choices.chance(60) ? sql`PARTITION BY ${choices.pick(places).sql} ` : sql``;
  const total = sql`(${partition}ORDER BY ${orderOf(keys)}${direction})`;
  return choices.branch<Sql>([
    [2, () => sql`row_number() OVER ${total}`],
    [1, () => sql`rank() OVER (${partition}ORDER BY ${place.sql}${direction})`],
    [1, () => sql`dense_rank() OVER (${partition}ORDER BY ${place.sql}${direction})`],
    [1, () => sql`${choices.pick(['lag', 'lead', 'first_value', 'last_value'])}(${place.sql}) OVER ${total}`],
    [1, () => sql`count(*) OVER (${partition}ORDER BY ${orderOf(keys)} ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)`],
    [1, () => sql`count(${place.sql}) OVER (${partition})`],
    [1, () => sql`${randomAggregate(choices, [place], [])} OVER (${partition})`],
  ]);
}

/** `a, b`, for ORDER BY. */
export function orderOf(keys: readonly Place[], direction = ''): Sql {
  return keys.reduce<Sql>(
    (list, { sql: key }, i) => (i === 0 ? sql`${key}${direction}` : sql`${list}, ${key}${direction}`),
    sql``,
  );
}
