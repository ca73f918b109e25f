import type { Choices } from './choices.js';
import type { Place } from './places.js';
import { orderOf } from './random-expressions.js';
import { scalarPredicate } from './random-predicates.js';
import { type KeyPath, type KnownTable, type Source, somePlaces, tableSource } from './random-source.js';
import type { Statement } from './random-statement.js';
import { EMPTY, fixed, joined, optional, type Sql, sql } from './sql-tree.js';

/** Statements for which DynamoDB may stop early or only count: one partition or the whole table, and simple conditions. */
export function earlyEndStatement(choices: Choices, tables: readonly KnownTable[]): Statement {
  const source = tableSource(choices, tables);
  const from = sql`FROM ${source.from}${simpleConditions(choices, source)}`;
  const list = joined(
    somePlaces(choices, source.places).map((place) => place.sql),
    ', ',
  );
  const limit = sql` LIMIT ${1 + choices.upTo(3)}`;
  const keys = orderOf(source.keys, choices.pick(['', ' DESC']));
  const sorted = source.paths.filter(({ sort }) => sort.length > 0);
  const bySort = sorted.length === 0 ? 0 : 1;
  return choices.branch<Statement>([
    [3, () => unordered(sql`SELECT count(*) ${from}`)],
    [2, () => ({ body: sql`SELECT ${list} ${from}`, order: undefined, limit })],
    [2, () => ({ body: sql`SELECT ${list} ${from}`, order: sql` ORDER BY ${keys}`, limit })],
    [1, () => unordered(sql`SELECT EXISTS (SELECT 1 ${from}) AS e`)],
    [1, () => unordered(sql`SELECT count(*) AS c FROM (SELECT ${list} ${from}${limit})`)],
    [2, () => unordered(sql`SELECT * FROM (SELECT ${list} ${from} ORDER BY ${keys}${limit})`)],
    [6 * bySort, () => firstByIndex(choices, source, choices.pick(sorted))],
    [5 * bySort, () => unordered(extremes(choices, source, choices.pick(sorted)))],
  ]);
}

function unordered(body: Sql): Statement {
  return { body, order: undefined, limit: undefined };
}

/** The first rows of one or a few partitions in the order of a sort key, of the table or of an index. */
function firstByIndex(choices: Choices, source: Source, path: KeyPath): Statement {
  const direction = choices.pick(['', '', ' DESC', ' DESC', ' DESC NULLS LAST', ' NULLS FIRST']);
  const order = joined(
    path.sort.map((place) => sql`${place.sql}${direction}`),
    ', ',
  );
  const from = sql`FROM ${source.from} WHERE ${partitions(choices, source, path)}`;
  const limit = sql` LIMIT ${1 + choices.upTo(4)}`;
  const sortKeys = fixed(
    path.sort.map((place) => place.sql),
    ', ',
  );
  // Rows with the same sort key look the same when there is nothing else; otherwise the keys tell which comes first.
  return choices.branch<Statement>([
    [3, () => ({ body: sql`SELECT ${sortKeys} ${from}`, order: sql` ORDER BY ${order}`, limit })],
    [
      4,
      () => ({
        body: sql`SELECT ${fixed(
          somePlaces(choices, choices.pick([path, source]).places).map((place) => place.sql),
          ', ',
        )} ${from}`,
        order: sql` ORDER BY ${order}, ${orderOf(source.keys)}`,
        limit,
      }),
    ],
    [1, () => unordered(sql`SELECT (SELECT ${path.sort[0]?.sql ?? '1'} ${from} ORDER BY ${order} LIMIT 1) AS s`)],
  ]);
}

/** The least and the greatest sort key of one or a few partitions. */
function extremes(choices: Choices, source: Source, path: KeyPath): Sql {
  const sort: Place = choices.pick(path.sort);
  const aggregates = choices.pick([['min'], ['max'], ['max'], ['min', 'max']]);
  const list = joined(
    [...aggregates.map((name) => sql`${name}(${sort.sql})`), ...(choices.chance(15) ? [sql`count(*)`] : [])],
    ', ',
  );
  const from = sql`FROM ${source.from}${optional(sql` WHERE ${partitions(choices, source, path)}`)}`;
  const [partition] = path.partition;
  if (partition === undefined || choices.chance(75)) return sql`SELECT ${list} ${from}`;
  return sql`SELECT ${partition.sql}, ${list} ${from} GROUP BY ${partition.sql}`;
}

/** The partition keys bound, and often the sort key there or in a range, and now and then a filter. */
function partitions(choices: Choices, { places }: Source, { partition, sort }: KeyPath): Sql {
  const [first] = sort;
  const terms = [
    ...partition.map((place) => scalarPredicate(choices, place, choices.chance(80) ? '=' : 'IN')),
    ...(first === undefined ? [] : [sortCondition(choices, first)]),
    ...(choices.chance(25) ? [optional(scalarPredicate(choices, choices.pick(places)))] : []),
  ];
  return joined(
    terms.filter((term) => term !== EMPTY),
    ' AND ',
  );
}

function sortCondition(choices: Choices, sort: Place): Sql {
  return choices.branch<Sql>([
    [3, () => EMPTY],
    [3, () => sql`${sort.sql} IS NOT NULL`],
    [3, () => scalarPredicate(choices, sort)],
  ]);
}

function simpleConditions(choices: Choices, { keys, paths, places }: Source): Sql {
  const bound = choices.chance(60) ? choices.pick(paths).partition : [];
  const terms = [
    ...bound.map((place) => scalarPredicate(choices, place, '=')),
    ...choices.some(places, choices.upTo(2)).map((place) => scalarPredicate(choices, place)),
    ...(choices.chance(30) ? keys.slice(1).map((place) => scalarPredicate(choices, place)) : []),
  ];
  return terms.length === 0 ? EMPTY : optional(sql` WHERE ${joined(terms, ' AND ')}`);
}
