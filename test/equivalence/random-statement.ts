import type { FaultPlan } from '../faults/fault-plan.js';
import type { Choices } from './choices.js';
import { earlyEndStatement } from './random-early-ends.js';
import { orderOf, randomAggregate, randomExpression, randomWindow } from './random-expressions.js';
import { joinStatement, subqueryStatement } from './random-joins.js';
import { keyJoinStatement } from './random-key-joins.js';
import { randomPredicate } from './random-predicates.js';
import { itemStatement, setStatement, unnestStatement, withStatement } from './random-queries.js';
import {
  condition,
  type KnownTable,
  keyCondition,
  type Source,
  somePlaces,
  tableSource,
  where,
} from './random-source.js';
import { EMPTY, joined, optional, orSimpler, type Sql, sql } from './sql-tree.js';

/** A statement that has the same rows however it is run, and the same order of them when `order` is there. */
export interface Statement {
  readonly body: Sql;
  /** ` ORDER BY ...`, always a total order. */
  readonly order: Sql | undefined;
  /** ` LIMIT ...`; without an order it leaves open which rows there are. */
  readonly limit: Sql | undefined;
  /** What goes wrong while it is read with pushdown. */
  readonly faults?: FaultPlan | undefined;
}

/** A query whose rows may be ordered: by `keys` where it has some, or by all of its columns. */
export interface Query {
  readonly body: Sql;
  readonly keys: Sql | undefined;
}

/** Any SELECT over the tables. */
export function randomStatement(choices: Choices, tables: readonly KnownTable[]): Statement {
  if (choices.chance(15)) return earlyEndStatement(choices, tables);
  const query = choices.branch<Query>([
    [24, () => plainQuery(choices, tables)],
    [10, () => coveredQuery(choices, tables)],
    [14, () => joinStatement(choices, tables)],
    [24, () => keyJoinStatement(choices, tables)],
    [10, () => subqueryStatement(choices, tables)],
    [12, () => groupQuery(choices, tables)],
    [4, () => distinctQuery(choices, tables)],
    [6, () => windowQuery(choices, tables)],
    [10, () => withStatement(choices, tables)],
    [6, () => setStatement(choices, tables)],
    [6, () => unnestStatement(choices, tables)],
    [5, () => itemStatement(choices, tables)],
  ]);
  return ordered(choices, query);
}

function ordered(choices: Choices, { body, keys }: Query): Statement {
  const offset = choices.chance(20) ? ` OFFSET ${choices.upTo(3)}` : '';
  const limit = sql` LIMIT ${choices.upTo(5)}${offset}`;
  if (choices.chance(55)) return { body, order: undefined, limit: choices.chance(15) ? limit : undefined };
  const direction = choices.pick(['', '', ' DESC']);
  const order = keys !== undefined && choices.chance(60) ? sql` ORDER BY ${keys}` : sql` ORDER BY ALL${direction}`;
  return { body, order, limit: choices.chance(60) ? limit : undefined };
}

function plainQuery(choices: Choices, tables: readonly KnownTable[]): Query {
  const source = tableSource(choices, tables, choices.pick([undefined, undefined, 'a', 'a']));
  const keys = orderOf(source.keys, choices.pick(['', ' DESC']));
  return { body: sql`SELECT ${selectList(choices, source)} FROM ${source.from}${where(choices, source)}`, keys };
}

/** A query that a key or an index could answer by itself. */
function coveredQuery(choices: Choices, tables: readonly KnownTable[]): Query {
  const source = tableSource(choices, tables);
  const path = choices.pick(source.paths.length > 1 ? source.paths.slice(1) : source.paths);
  const bound = keyCondition(choices, path);
  const more = orSimpler(sql` AND (${randomPredicate(choices, path.places, 1)})`, EMPTY);
  const list = joined(
    somePlaces(choices, path.places).map((place) => place.sql),
    ', ',
  );
  return {
    body: sql`SELECT ${list} FROM ${source.from} WHERE ${bound}${choices.chance(30) ? more : EMPTY}`,
    keys: orderOf(source.keys),
  };
}

function selectList(choices: Choices, source: Source): Sql {
  return choices.branch<Sql>([
    [2, () => source.star],
    [
      4,
      () =>
        joined(
          somePlaces(choices, source.places).map((place) => place.sql),
          ', ',
        ),
    ],
    [
      4,
      () =>
        joined(
          Array.from({ length: 1 + choices.upTo(3) }, () => randomExpression(choices, source.places)),
          ', ',
        ),
    ],
  ]);
}

function groupQuery(choices: Choices, tables: readonly KnownTable[]): Query {
  const source = tableSource(choices, tables, choices.pick([undefined, 'a']));
  const aggregates = Array.from({ length: 1 + choices.upTo(2) }, () =>
    randomAggregate(choices, source.places, source.keys),
  );
  const from = sql`FROM ${source.from}${where(choices, source)}`;
  if (choices.chance(40)) return { body: sql`SELECT ${joined(aggregates, ', ')} ${from}`, keys: undefined };
  const groups = choices.some(source.places, 1 + choices.upTo(1)).map((place) => place.sql);
  const list = joined([...groups, ...aggregates], ', ');
  const grouping = choices.branch<Sql>([
    [4, () => sql`${joined(groups, ', ')}`],
    [1, () => sql`ROLLUP (${joined(groups, ', ')})`],
    [1, () => sql`CUBE (${joined(groups, ', ')})`],
  ]);
  const having = choices.branch<Sql>([
    [3, () => EMPTY],
    [1, () => optional(sql` HAVING count(*) > ${choices.upTo(3)}`)],
    [1, () => optional(sql` HAVING ${groups[0] ?? ''} IS NOT NULL`)],
    [
      1,
      () =>
        optional(
          sql` HAVING ${randomPredicate(
            choices,
            source.places.filter((place) => groups.includes(place.sql)),
            1,
          )}`,
        ),
    ],
  ]);
  return { body: sql`SELECT ${list} ${from} GROUP BY ${grouping}${having}`, keys: undefined };
}

function distinctQuery(choices: Choices, tables: readonly KnownTable[]): Query {
  const source = tableSource(choices, tables);
  const outputs = joined(
    somePlaces(choices, source.places).map((place) => place.sql),
    ', ',
  );
  if (choices.chance(70)) {
    return { body: sql`SELECT DISTINCT ${outputs} FROM ${source.from}${where(choices, source)}`, keys: undefined };
  }
  const by = choices.pick(source.places).sql;
  const inner = sql`SELECT DISTINCT ON (${by}) ${source.star} FROM ${source.from}${where(choices, source)} ORDER BY ${by}, ${orderOf(source.keys)}`;
  return { body: sql`SELECT * FROM (${inner})`, keys: undefined };
}

function windowQuery(choices: Choices, tables: readonly KnownTable[]): Query {
  const source = tableSource(choices, tables, choices.pick([undefined, 'a']));
  const windows = Array.from({ length: 1 + choices.upTo(1) }, () => randomWindow(choices, source.places, source.keys));
  const plain = somePlaces(choices, source.places).map((place) => place.sql);
  const from = sql`FROM ${source.from}${where(choices, source)}`;
  const qualify = choices.chance(40)
    ? optional(
        sql` QUALIFY row_number() OVER (PARTITION BY ${choices.pick(source.places).sql} ORDER BY ${orderOf(source.keys)}) <= ${1 + choices.upTo(2)}`,
      )
    : EMPTY;
  const query = sql`SELECT ${joined([...plain, ...windows], ', ')} ${from}${qualify}`;
  if (choices.chance(60)) return { body: query, keys: undefined };
  // A condition outside on what the window partitions by may be pushed below it; on anything else it must not.
  const named = source.places.map((place, i) => sql`${place.sql} AS x${i}`);
  const inner = sql`SELECT ${windows[0] ?? sql`1`} AS w, ${joined(named, ', ')} ${from}`;
  const outer = { ...source, places: source.places.map((place, i) => ({ ...place, sql: sql`x${i}` })), paths: [] };
  return {
    body: sql`SELECT * FROM (${inner}) WHERE ${orSimpler(condition(choices, outer), sql`true`)}`,
    keys: undefined,
  };
}
