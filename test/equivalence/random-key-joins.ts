import type { Choices } from './choices.js';
import type { Place } from './places.js';
import { randomAggregate } from './random-expressions.js';
import { areComparable, bindingPredicate, randomPredicate } from './random-predicates.js';
import {
  condition,
  derivedSource,
  type KnownTable,
  keyCondition,
  type Source,
  somePlaces,
  tableSource,
} from './random-source.js';
import type { Query } from './random-statement.js';
import { EMPTY, fixed, joined, optional, type Sql, sql } from './sql-tree.js';

/** Joins on keys of a table or an index, one side of which has often few rows: what could be looked up by its keys. */
export function keyJoinStatement(choices: Choices, tables: readonly KnownTable[]): Query {
  return choices.branch<Query>([
    [6, () => chain(choices, tables)],
    [3, () => filtered(choices, tables)],
    [2, () => withinList(choices, tables)],
    [2, () => narrowTwice(choices, tables)],
  ]);
}

/** Two to four tables, each joined by its keys to one before it. */
function chain(choices: Choices, tables: readonly KnownTable[]): Query {
  const first = narrow(choices, tableSource(choices, tables, 'a'));
  const sources = [first];
  const joins: Sql[] = [];
  for (const alias of ['b', 'c', 'd'].slice(0, choices.pick([1, 1, 2, 3]))) {
    const next = choices.chance(25)
      ? narrow(choices, tableSource(choices, tables, alias))
      : tableSource(choices, tables, alias);
    const kind = choices.pick(KINDS);
    const more = choices.chance(25) ? optional(sql` AND ${randomPredicate(choices, next.places, 0)}`) : EMPTY;
    joins.push(sql` ${kind} ${next.from} ON ${keyEquality(choices, choices.pick(sources), next)}${more}`);
    // The others of these leave no columns of their table.
    if (kind !== 'SEMI JOIN' && kind !== 'ANTI JOIN') sources.push(next);
  }
  const places = sources.flatMap((source) => source.places);
  const filter = choices.chance(60) ? optional(sql` WHERE ${condition(choices, choices.pick(sources))}`) : EMPTY;
  // More than three tables can have a million rows.
  const list =
    joins.length > 2 || choices.chance(20)
      ? joined([sql`count(*)`, randomAggregate(choices, places, [])], ', ')
      : listOf(choices, places);
  return { body: sql`SELECT ${list} FROM ${first.from}${fixed(joins, '')}${filter}`, keys: undefined };
}

const KINDS = [
  ...['JOIN', 'JOIN', 'JOIN', 'LEFT JOIN', 'LEFT JOIN', 'LEFT JOIN'],
  ...['RIGHT JOIN', 'FULL JOIN', 'SEMI JOIN', 'SEMI JOIN', 'ANTI JOIN'],
];

/** A table whose rows are tested by those of another one: `IN`, `EXISTS`, whole keys of two attributes. */
function filtered(choices: Choices, tables: readonly KnownTable[]): Query {
  const outer = tableSource(choices, tables, 'a');
  const inner = narrow(choices, tableSource(choices, tables, 'b'));
  const not = choices.pick(['', '', '', 'NOT ']);
  const equality = choices.chance(50) ? keyEquality(choices, inner, outer) : keyEquality(choices, outer, inner);
  const pairs = keyPairs(choices, inner, outer);
  const test = choices.branch<Sql>([
    [3, () => sql`${not}EXISTS (SELECT 1 FROM ${inner.from} WHERE ${equality})`],
    [
      pairs.length === 1 ? 3 : 0,
      () => sql`${pairs[0]?.to.sql ?? ''} ${not}IN (SELECT ${pairs[0]?.from.sql ?? ''} FROM ${inner.from})`,
    ],
    [
      pairs.length > 1 ? 3 : 0,
      () =>
        sql`(${fixed(
          pairs.map(({ to }) => to.sql),
          ', ',
        )}) ${not}IN (SELECT ${fixed(
          pairs.map(({ from }) => from.sql),
          ', ',
        )} FROM ${inner.from})`,
    ],
  ]);
  const more = choices.chance(40) ? optional(sql` AND (${condition(choices, outer)})`) : EMPTY;
  return {
    body: sql`SELECT ${listOf(choices, outer.places)} FROM ${outer.from} WHERE ${test}${more}`,
    keys: undefined,
  };
}

/** Another table's values beside each row: one row of it, how many there are, or the first few. */
function withinList(choices: Choices, tables: readonly KnownTable[]): Query {
  const outer = narrow(choices, tableSource(choices, tables, 'a'));
  const inner = tableSource(choices, tables, 'b');
  const where = sql`WHERE ${keyEquality(choices, outer, inner)}`;
  const value = choices.pick(inner.places).sql;
  const list = listOf(choices, outer.places);
  const body = choices.branch<Sql>([
    [
      2,
      () =>
        sql`SELECT ${list}, (SELECT ${randomAggregate(choices, inner.places, [])} FROM ${inner.from} ${where}) AS s FROM ${outer.from}`,
    ],
    [
      2,
      () =>
        sql`SELECT ${list}, (SELECT ${value} FROM ${inner.from} ${where} ORDER BY 1 LIMIT 1) AS s FROM ${outer.from}`,
    ],
    [
      2,
      () =>
        sql`SELECT ${list}, l.v FROM ${outer.from}, LATERAL (SELECT ${value} AS v FROM ${inner.from} ${where} ORDER BY 1 LIMIT ${1 + choices.upTo(2)}) AS l`,
    ],
    [
      1,
      () =>
        sql`SELECT ${list}, l.v FROM ${outer.from} LEFT JOIN LATERAL (SELECT ${value} AS v FROM ${inner.from} ${where}) AS l ON true`,
    ],
  ]);
  return { body, keys: undefined };
}

/** A few rows that two joins start from. */
function narrowTwice(choices: Choices, tables: readonly KnownTable[]): Query {
  const start = narrow(choices, tableSource(choices, tables, 'a'));
  const list = fixed(
    start.places.map((place, i) => sql`${place.sql} AS x${i}`),
    ', ',
  );
  const hint = choices.pick(['', '', ' MATERIALIZED', ' NOT MATERIALIZED']);
  const side = (alias: string, other: string) => {
    const left = { ...derivedSource(EMPTY, start.places, alias), from: sql`n AS ${alias}` };
    const right = tableSource(choices, tables, other);
    const kind = choices.pick(['JOIN', 'LEFT JOIN']);
    return sql`SELECT ${choices.pick(left.places).sql} AS l, count(*) AS c FROM ${left.from} ${kind} ${right.from} ON ${keyEquality(choices, left, right)} GROUP BY 1`;
  };
  const query = sql`SELECT p.l, p.c, q.c FROM (${side('u', 'b')}) AS p CROSS JOIN (${side('v', 'c')}) AS q`;
  return { body: sql`WITH n AS${hint} (SELECT ${list} FROM ${start.from}) ${query}`, keys: undefined };
}

/** Often only a few rows of the source: by its keys, or the first ones of it. */
function narrow(choices: Choices, source: Source): Source {
  const alias = source.alias ?? '';
  // Inside the parentheses the table has the same alias, so that what its places are called holds there too.
  const rows = (rest: Sql): Source => ({ ...source, from: sql`(SELECT * FROM ${source.from}${rest}) AS ${alias}` });
  return choices.branch<Source>([
    [3, () => source],
    [5, () => rows(optional(sql` WHERE ${keyCondition(choices, choices.pick(source.paths))}`))],
    [
      2,
      () =>
        rows(
          sql` ORDER BY ${fixed(
            source.keys.map((place) => place.sql),
            ', ',
          )} LIMIT ${1 + choices.upTo(4)}`,
        ),
    ],
  ]);
}

/** The keys that one path of `to` wants, each equal to something of `from`; the last ones may be bound otherwise or not at all. */
function keyEquality(choices: Choices, from: Source, to: Source): Sql {
  const pairs = keyPairs(choices, from, to);
  const terms = pairs.map((pair) => sql`${pair.from.sql} = ${pair.to.sql}`);
  if (terms.length === 0) return sql`1 = 1`;
  const [rest] = choices.some(
    to.keys.filter((place) => !pairs.some((pair) => pair.to === place)),
    1,
  );
  const bound = rest !== undefined && choices.chance(30) ? [bindingPredicate(choices, rest)] : [];
  return joined([...terms, ...bound.map((term) => sql`(${term})`)], ' AND ');
}

/** Key attributes of one path of `to`, its partition first, with something of `from` that has often the same values. */
function keyPairs(choices: Choices, from: Source, to: Source): { readonly from: Place; readonly to: Place }[] {
  const path = choices.pick([to.paths[0] ?? choices.pick(to.paths), choices.pick(to.paths)]);
  const wanted = [...path.partition, ...path.sort.slice(0, choices.upTo(path.sort.length))];
  const pairs: { readonly from: Place; readonly to: Place }[] = [];
  for (const place of wanted) {
    const partners = from.places.filter((each) => areComparable(each, place));
    const alike = partners.filter((each) => shareValues(each, place));
    const some = alike.length > 0 && choices.chance(90) ? alike : partners;
    if (some.length === 0) break;
    pairs.push({ from: choices.pick(some), to: place });
  }
  return pairs;
}

function shareValues(a: Place, b: Place): boolean {
  const values = new Set(a.values.map((value) => JSON.stringify(value)));
  return b.values.some((value) => values.has(JSON.stringify(value)));
}

function listOf(choices: Choices, places: readonly Place[]): Sql {
  return joined(
    somePlaces(choices, places).map((place) => place.sql),
    ', ',
  );
}
