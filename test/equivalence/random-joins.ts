import type { Choices } from './choices.js';
import type { Place } from './places.js';
import { randomAggregate, randomExpression } from './random-expressions.js';
import { areComparable, randomPredicate } from './random-predicates.js';
import { condition, type KnownTable, type Source, somePlaces, tableSource, where } from './random-source.js';
import type { Query } from './random-statement.js';
import { EMPTY, joined, optional, orSimpler, type Sql, sql } from './sql-tree.js';

/** Two or three tables joined in any way. */
export function joinStatement(choices: Choices, tables: readonly KnownTable[]): Query {
  const left = tableSource(choices, tables, 'a');
  const right = tableSource(choices, tables, 'b');
  const kind = choices.pick([
    'JOIN',
    'JOIN',
    'LEFT JOIN',
    'LEFT JOIN',
    'RIGHT JOIN',
    'FULL JOIN',
    'SEMI JOIN',
    'ANTI JOIN',
    ',',
  ]);
  const on = joinCondition(choices, left, right);
  const onlyLeft = kind === 'SEMI JOIN' || kind === 'ANTI JOIN';
  const both = { ...left, places: onlyLeft ? left.places : [...left.places, ...right.places] };
  const filter = choices.chance(70)
    ? condition(choices, choices.chance(50) || onlyLeft ? left : right)
    : randomPredicate(choices, both.places, 1);
  if (kind === ',') {
    const from = sql`FROM ${left.from}, ${right.from} WHERE ${orSimpler(sql`${on} AND (${filter})`, on, filter)}`;
    return { body: sql`SELECT ${outputs(choices, both)} ${from}`, keys: undefined };
  }
  const more = choices.chance(25)
    ? optional(sql` AND (${randomPredicate(choices, [...left.places, ...right.places], 1)})`)
    : EMPTY;
  const third = !onlyLeft && choices.chance(15) ? tableSource(choices, tables, 'c') : undefined;
  const thirdJoin =
    third === undefined
      ? EMPTY
      : optional(sql` ${choices.pick(['JOIN', 'LEFT JOIN'])} ${third.from} ON ${joinCondition(choices, right, third)}`);
  const from = sql`FROM ${left.from} ${kind} ${right.from} ON ${on}${more}${thirdJoin}`;
  const filtered = choices.chance(25) ? EMPTY : optional(sql` WHERE ${filter}`);
  return { body: sql`SELECT ${outputs(choices, both)} ${from}${filtered}`, keys: undefined };
}

function outputs(choices: Choices, { star, places }: Pick<Source, 'star' | 'places'>): Sql {
  return choices.branch<Sql>([
    [1, () => star],
    [1, () => randomAggregate(choices, places, [])],
    [
      6,
      () =>
        joined(
          somePlaces(choices, places).map((place) => place.sql),
          ', ',
        ),
    ],
    [
      2,
      () =>
        joined(
          [1, 2].map(() => randomExpression(choices, places)),
          ', ',
        ),
    ],
  ]);
}

/** Equality of two places of one kind, most often; keys where they fit. */
export function joinCondition(choices: Choices, left: Source, right: Source): Sql {
  const pairs = [
    ...pairsOf(left.keys, right.keys),
    ...pairsOf(left.keys, right.places),
    ...pairsOf(left.places, right.keys),
  ];
  const any = pairs.length > 0 && choices.chance(70) ? pairs : pairsOf(left.places, right.places);
  if (any.length === 0) return sql`1 = 1`;
  const [a, b] = choices.pick(any);
  const op = choices.pick(['=', '=', '=', '=', '=', '<', 'IS NOT DISTINCT FROM']);
  if (!choices.chance(15)) return sql`${a.sql} ${op} ${b.sql}`;
  const [c, d] = choices.pick(any);
  return sql`${a.sql} = ${b.sql} AND ${c.sql} = ${d.sql}`;
}

function pairsOf(left: readonly Place[], right: readonly Place[]): (readonly [Place, Place])[] {
  return left.flatMap((a) => right.filter((b) => areComparable(a, b)).map((b) => [a, b] as const));
}

/** A query with another one inside its condition or its list. */
export function subqueryStatement(choices: Choices, tables: readonly KnownTable[]): Query {
  const outer = tableSource(choices, tables, 'a');
  const inner = tableSource(choices, tables, 'b');
  const pairs = pairsOf(outer.places, inner.places);
  const [a, b] = pairs.length === 0 ? [undefined, undefined] : choices.pick(pairs);
  const list = joined(
    somePlaces(choices, outer.places).map((place) => place.sql),
    ', ',
  );
  const exists = () =>
    sql`${choices.pick(['', 'NOT '])}EXISTS (SELECT ${choices.pick(['1', 'b.*'])} FROM ${inner.from} WHERE ${orSimpler(sql`${joinCondition(choices, outer, inner)} AND (${condition(choices, inner)})`, joinCondition(choices, outer, inner))})`;
  const scalarQuery = () =>
    sql`(SELECT ${randomAggregate(choices, inner.places, [])} FROM ${inner.from} WHERE ${choices.chance(60) ? joinCondition(choices, outer, inner) : condition(choices, inner)})`;
  if (a === undefined || b === undefined || choices.chance(20)) {
    return {
      body: sql`SELECT ${list}, ${scalarQuery()} AS s FROM ${outer.from}${where(choices, outer)}`,
      keys: undefined,
    };
  }
  const test = choices.branch<Sql>([
    [4, exists],
    [
      4,
      () =>
        sql`${a.sql} ${choices.pick(['IN', 'IN', 'IN', 'NOT IN'])} (SELECT ${b.sql} FROM ${inner.from}${where(choices, inner)})`,
    ],
    [
      1,
      () =>
        sql`${a.sql} ${choices.pick(['=', '>', '<='])} (SELECT ${choices.pick(['min', 'max'])}(${b.sql}) FROM ${inner.from}${where(choices, inner)})`,
    ],
    [
      1,
      () =>
        sql`${a.sql} ${choices.pick(['= ANY', '>= ALL', '<> ALL'])} (SELECT ${b.sql} FROM ${inner.from}${where(choices, inner)})`,
    ],
    [1, () => sql`(SELECT count(*) FROM ${inner.from} WHERE ${a.sql} = ${b.sql}) > ${choices.upTo(2)}`],
    [1, () => tupleIn(choices, pairs, inner)],
  ]);
  const more = condition(choices, outer);
  const filter = choices.branch<Sql>([
    [2, () => test],
    [3, () => orSimpler(sql`${test} AND (${more})`, test, more)],
    [1, () => orSimpler(sql`${test} OR (${more})`, test, more)],
  ]);
  return { body: sql`SELECT ${list} FROM ${outer.from} WHERE ${filter}`, keys: undefined };
}

function tupleIn(choices: Choices, pairs: readonly (readonly [Place, Place])[], inner: Source): Sql {
  const [a, b] = choices.pick(pairs);
  const [c, d] = choices.pick(pairs);
  return sql`(${a.sql}, ${c.sql}) IN (SELECT ${b.sql}, ${d.sql} FROM ${inner.from}${where(choices, inner)})`;
}
