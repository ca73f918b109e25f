import type { Choices } from './choices.js';
import { orderOf } from './random-expressions.js';
import { scalarPredicate } from './random-predicates.js';
import { type KnownTable, type Source, somePlaces, tableSource } from './random-source.js';
import type { Statement } from './random-statement.js';
import { EMPTY, joined, optional, type Sql, sql } from './sql-tree.js';

/** Statements for which DynamoDB may stop early or only count: one partition or the whole table, and simple conditions. */
export function earlyEndStatement(choices: Choices, tables: readonly KnownTable[]): Statement {
  const source = tableSource(choices, tables);
  const from = sql`FROM ${source.from}${simpleConditions(choices, source)}`;
  const list = joined(
    somePlaces(choices, source.places).map((place) => place.sql),
    ', ',
  );
  const limit = sql` LIMIT ${1 + choices.upTo(3)}`;
  const sortKeys = source.keys.slice(1);
  const descending = choices.pick(['', ' DESC']);
  return choices.branch<Statement>([
    [3, () => ({ body: sql`SELECT count(*) ${from}`, order: undefined, limit: undefined })],
    [2, () => ({ body: sql`SELECT ${list} ${from}`, order: undefined, limit })],
    [
      2,
      () => ({ body: sql`SELECT ${list} ${from}`, order: sql` ORDER BY ${orderOf(source.keys, descending)}`, limit }),
    ],
    [
      sortKeys.length === 0 ? 0 : 4,
      () => ({
        body: sql`SELECT ${list} FROM ${source.from} WHERE ${onePartition(choices, source)}`,
        order: sql` ORDER BY ${orderOf(sortKeys, descending)}`,
        limit,
      }),
    ],
  ]);
}

/** In the table, the sort key orders the items of one partition totally. */
function onePartition(choices: Choices, { keys, places }: Source): Sql {
  const [partition, sort] = keys;
  if (partition === undefined) return sql`true`;
  const range =
    sort !== undefined && choices.chance(40) ? optional(sql` AND ${scalarPredicate(choices, sort)}`) : EMPTY;
  const filter = choices.chance(30) ? optional(sql` AND ${scalarPredicate(choices, choices.pick(places))}`) : EMPTY;
  return sql`${scalarPredicate(choices, partition, '=')}${range}${filter}`;
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
