import type { Choices } from './choices.js';
import { elementsOf, type Place } from './places.js';
import { constant, scalar, textLiteral } from './random-constants.js';
import { randomAggregate } from './random-expressions.js';
import { joinCondition } from './random-joins.js';
import { randomPredicate } from './random-predicates.js';
import {
  condition,
  derivedSource,
  type KnownTable,
  type Source,
  somePlaces,
  tableSource,
  where,
} from './random-source.js';
import type { Query } from './random-statement.js';
import { fixed, joined, optional, orSimpler, type Sql, sql } from './sql-tree.js';

/** Common table expressions: used once, twice, recursive; derived tables; VALUES that join with a table. */
export function withStatement(choices: Choices, tables: readonly KnownTable[]): Query {
  return choices.branch<Query>([
    [3, () => usedOnce(choices, tables)],
    [5, () => usedTwice(choices, tables)],
    [2, () => recursive(choices, tables)],
    [2, () => joinedValues(choices, tables)],
    [2, () => limitedInside(choices, tables)],
  ]);
}

/** `SELECT a AS x0, b AS x1 FROM ...` and the places that it gives. */
function named(choices: Choices, source: Source): { readonly query: Sql; readonly outputs: readonly Place[] } {
  const outputs = [...new Set([...source.keys, ...somePlaces(choices, source.places)])];
  const list = outputs.map((place, i) => sql`${place.sql} AS x${i}`);
  return { query: sql`SELECT ${fixed(list, ', ')} FROM ${source.from}${where(choices, source)}`, outputs };
}

function usedOnce(choices: Choices, tables: readonly KnownTable[]): Query {
  const { query, outputs } = named(choices, tableSource(choices, tables, 'a'));
  const outer = derivedSource(query, outputs, 'd');
  const filter = optional(sql` WHERE ${condition(choices, outer)}`);
  const list = choices.chance(30) ? randomAggregate(choices, outer.places, []) : sql`*`;
  const materialized = choices.pick(['', '', ' MATERIALIZED', ' NOT MATERIALIZED']);
  const body = choices.chance(50)
    ? sql`SELECT ${list} FROM ${outer.from}${filter}`
    : sql`WITH d AS${materialized} (${query}) SELECT ${list} FROM d${filter}`;
  return { body, keys: undefined };
}

function usedTwice(choices: Choices, tables: readonly KnownTable[]): Query {
  const { query, outputs } = named(choices, tableSource(choices, tables, 'a'));
  const materialized = choices.pick(['', ' MATERIALIZED', ' NOT MATERIALIZED', ' NOT MATERIALIZED']);
  const first = { ...derivedSource(query, outputs, 'p'), from: sql`d AS p` };
  const second = { ...derivedSource(query, outputs, 'q'), from: sql`d AS q` };
  const uses = choices.branch<Sql>([
    [
      2,
      () =>
        sql`SELECT p.* FROM d AS p JOIN d AS q ON ${joinCondition(choices, first, second)} WHERE ${condition(choices, first)}`,
    ],
    [
      2,
      () =>
        sql`SELECT * FROM d AS p WHERE ${condition(choices, first)} UNION ALL SELECT * FROM d AS q WHERE ${condition(choices, second)}`,
    ],
    [
      1,
      () =>
        sql`SELECT (SELECT count(*) FROM d AS p WHERE ${condition(choices, first)}), (SELECT count(*) FROM d AS q WHERE ${condition(choices, second)})`,
    ],
    [
      1,
      () =>
        sql`SELECT * FROM d AS p WHERE EXISTS (SELECT 1 FROM d AS q WHERE ${joinCondition(choices, first, second)} AND ${condition(choices, second)})`,
    ],
  ]);
  return { body: sql`WITH d AS${materialized} (${query}) ${uses}`, keys: undefined };
}

function recursive(choices: Choices, tables: readonly KnownTable[]): Query {
  const start = tableSource(choices, tables, 'a');
  const step = tableSource(choices, tables, 'b');
  const key = choices.pick(start.keys);
  const steps: Source = { ...start, places: [{ ...key, sql: sql`r.x` }], keys: [], paths: [] };
  const same = step.places.filter(
    (place) => place.type.kind === key.type.kind && JSON.stringify(place.type) === JSON.stringify(key.type),
  );
  const next = same.length === 0 ? sql`r.x` : choices.pick(same).sql;
  const recursion = sql`SELECT ${next}, r.n + 1 FROM r JOIN ${step.from} ON ${joinCondition(choices, steps, step)} WHERE r.n < 3 AND (${condition(choices, step)})`;
  const first = sql`SELECT ${key.sql} AS x, 0 AS n FROM ${start.from}${where(choices, start)}`;
  return { body: sql`WITH RECURSIVE r AS (${first} UNION ${recursion}) SELECT x, n FROM r`, keys: undefined };
}

function joinedValues(choices: Choices, tables: readonly KnownTable[]): Query {
  const source = tableSource(choices, tables, 'a');
  const candidates = source.places.filter(({ type }) => scalar(type) !== undefined);
  const place = choices.chance(60) ? choices.pick(source.keys) : choices.pick(candidates);
  const type = scalar(place.type);
  if (type === undefined) return usedOnce(choices, tables);
  const rows = Array.from({ length: 1 + choices.upTo(3) }, () => sql`(${constant(choices, type, place.values)})`);
  const kind = choices.pick(['JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'SEMI JOIN']);
  const list =
    kind === 'SEMI JOIN'
      ? sql`v.*`
      : joined([sql`v.x`, ...somePlaces(choices, source.places).map((each) => each.sql)], ', ');
  const filter = kind === 'SEMI JOIN' ? sql`` : optional(sql` WHERE ${condition(choices, source)}`);
  const from = sql`FROM (VALUES ${joined(rows, ', ')}) AS v(x) ${kind} ${source.from} ON ${place.sql} = v.x`;
  return { body: sql`SELECT ${list} ${from}${filter}`, keys: undefined };
}

function limitedInside(choices: Choices, tables: readonly KnownTable[]): Query {
  const { query, outputs } = named(choices, tableSource(choices, tables, 'a'));
  const limited = sql`${query} ORDER BY ALL LIMIT ${choices.upTo(6)}`;
  const outer = derivedSource(limited, outputs, 'd');
  return {
    body: sql`SELECT * FROM ${outer.from}${optional(sql` WHERE ${condition(choices, outer)}`)}`,
    keys: undefined,
  };
}

/** UNION, EXCEPT and INTERSECT of two readings of one table, so that both sides have the same types. */
export function setStatement(choices: Choices, tables: readonly KnownTable[]): Query {
  const table = choices.pick(tables);
  const source = tableSource(choices, [table], 'a');
  const list = fixed(
    somePlaces(choices, source.places).map((place) => place.sql),
    ', ',
  );
  const side = () => sql`SELECT ${list} FROM ${source.from}${where(choices, source)}`;
  const word = choices.pick([
    'UNION',
    'UNION ALL',
    'EXCEPT',
    'INTERSECT',
    'EXCEPT ALL',
    'INTERSECT ALL',
    'UNION ALL BY NAME',
  ]);
  const [first, second] = [side(), side()];
  return { body: sql`SELECT * FROM (${orSimpler(sql`${first} ${word} ${second}`, first, second)})`, keys: undefined };
}

/** Lists made into rows: beside the table, in the list of a SELECT, or in a subquery. */
export function unnestStatement(choices: Choices, tables: readonly KnownTable[]): Query {
  const source = tableSource(choices, tables, 'a');
  const lists = source.places.filter(({ type }) => type.kind === 'list' || type.kind === 'set');
  const list =
    lists.length === 0
      ? { ...choices.pick(source.places), sql: sql`[${choices.pick(source.places).sql}]` }
      : choices.pick(lists);
  const elementType = list.type.kind === 'list' || list.type.kind === 'set' ? list.type.element : list.type;
  const element: Place = { sql: sql`u.e`, type: elementType, values: elementsOf(list) };
  const kept = joined(
    somePlaces(choices, source.places).map((place) => place.sql),
    ', ',
  );
  const filter = () =>
    optional(
      sql` WHERE ${orSimpler(sql`${condition(choices, source)} AND ${randomPredicate(choices, [element], 1)}`, condition(choices, source))}`,
    );
  const body = choices.branch<Sql>([
    [4, () => sql`SELECT ${kept}, u.e FROM ${source.from}, unnest(${list.sql}) AS u(e)${filter()}`],
    [2, () => sql`SELECT ${kept}, u.e FROM ${source.from} LEFT JOIN unnest(${list.sql}) AS u(e) ON true${filter()}`],
    [2, () => sql`SELECT ${kept}, unnest(${list.sql}) AS e FROM ${source.from}${where(choices, source)}`],
    [
      2,
      () =>
        sql`SELECT ${kept} FROM ${source.from} WHERE ${condition(choices, source)} AND EXISTS (SELECT 1 FROM unnest(${list.sql}) AS u(e) WHERE ${randomPredicate(choices, [element], 1)})`,
    ],
    [
      1,
      () =>
        sql`SELECT count(*), count(u.e) FROM ${source.from}, LATERAL (SELECT unnest(${list.sql}) AS e) AS u${filter()}`,
    ],
  ]);
  return { body, keys: undefined };
}

/** The hidden column with the whole item, beside others and in conditions. */
export function itemStatement(choices: Choices, tables: readonly KnownTable[]): Query {
  const table = choices.pick(tables);
  const source = tableSource(choices, [table], 'a');
  const attribute = choices.pick(table.columns).attribute;
  const member = sql`a._item->>${textLiteral(`$."${attribute.replaceAll('"', '')}"`)}`;
  const test = choices.pick(['IS NULL', 'IS NOT NULL', "= 'a'", "> '1'", "LIKE '%a%'"]);
  const filter = optional(
    sql` WHERE ${orSimpler(sql`(${member}) ${test} AND (${condition(choices, source)})`, sql`(${member}) ${test}`)}`,
  );
  const list = choices.branch<Sql>([
    [2, () => member],
    [2, () => sql`a._item`],
    [2, () => sql`${source.star}, ${member} AS m`],
    [1, () => sql`count(*), count(${member})`],
    [
      1,
      () =>
        joined(
          somePlaces(choices, source.places).map((place) => place.sql),
          ', ',
        ),
    ],
  ]);
  return { body: sql`SELECT ${list} FROM ${source.from}${filter}`, keys: undefined };
}
