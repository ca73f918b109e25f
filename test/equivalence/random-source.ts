import type { Column } from '../../src/catalog/model.js';
import type { Choices } from './choices.js';
import { columnPlaces, type Place } from './places.js';
import { bindingPredicate, randomPredicate } from './random-predicates.js';
import type { RandomTable } from './random-tables.js';
import { EMPTY, joined, optional, orSimpler, type Sql, sql } from './sql-tree.js';

/** A table that statements are made about. */
export interface KnownTable {
  readonly number: number;
  readonly table: RandomTable;
  readonly columns: readonly Column[];
}

/** Something to select from, and what there is to select. */
export interface Source {
  readonly from: Sql;
  readonly alias: string | undefined;
  readonly places: readonly Place[];
  /** A star over it. */
  readonly star: Sql;
  /** Places that order its rows totally. */
  readonly keys: readonly Place[];
  /** The key attributes of the table and of its indexes, partition keys first: what access paths want to be bound. */
  readonly paths: readonly KeyPath[];
}

type Index = NonNullable<RandomTable['indexes']>[number];

export interface KeyPath {
  readonly partition: readonly Place[];
  readonly sort: readonly Place[];
  /** What it holds. */
  readonly places: readonly Place[];
}

/** A table under an alias, or by its own name. */
export function tableSource(choices: Choices, tables: readonly KnownTable[], alias?: string): Source {
  const { number, table, columns } = choices.pick(tables);
  const places = columnPlaces(columns, table.items, alias);
  const at = (names: readonly { readonly name: string }[]): Place[] =>
    names.flatMap(({ name }) => {
      const place = places[columns.findIndex(({ attribute }) => attribute === name)];
      return place === undefined ? [] : [place];
    });
  const { partitionKey, sortKey, indexes = [] } = table;
  const keys = at([partitionKey, ...(sortKey === undefined ? [] : [sortKey])]);
  const own = { partition: keys.slice(0, 1), sort: keys.slice(1), places };
  const indexPath = ({ partitionKeys, sortKeys, projection }: Index): KeyPath => {
    const [partition, sort] = [at(partitionKeys), at(sortKeys)];
    const included = projection.kind === 'include' ? at(projection.attributes.map((name) => ({ name }))) : [];
    const held = projection.kind === 'all' ? places : [...new Set([...partition, ...sort, ...keys, ...included])];
    return { partition, sort, places: held };
  };
  const star = (exclude: readonly string[]) => ({ star: alias === undefined ? '' : `${alias}.`, exclude });
  return {
    alias,
    from: alias === undefined ? sql`${{ table: number }}` : sql`${{ table: number }} AS ${alias}`,
    places,
    star: sql`${star([])}`,
    keys,
    paths: [own, ...indexes.map(indexPath)],
  };
}

/** A query in parentheses as a source; its columns are `<alias>.x0`, `<alias>.x1`, ... */
export function derivedSource(query: Sql, outputs: readonly Place[], alias: string): Source {
  const places = outputs.map((place, i) => ({ ...place, sql: sql`${alias}.x${i}` }));
  // What binds its first columns may reach the keys of the table inside.
  const paths = places.slice(0, 2).map((place) => ({ partition: [place], sort: [], places }));
  return { alias, from: sql`(${query}) AS ${alias}`, places, star: sql`${alias}.*`, keys: places, paths };
}

/** ` WHERE ...`, or nothing: often the keys that an access path wants, often anything. */
export function where(choices: Choices, source: Source): Sql {
  if (choices.chance(8)) return EMPTY;
  return optional(sql` WHERE ${condition(choices, source)}`);
}

export function condition(choices: Choices, source: Source): Sql {
  if (source.paths.length === 0 || choices.chance(45)) return randomPredicate(choices, source.places);
  const bound = keyCondition(choices, choices.pick(source.paths));
  if (choices.chance(50)) return bound;
  const more = randomPredicate(choices, source.places, 1);
  const both = choices.branch([
    [4, () => sql`${bound} AND (${more})`],
    [1, () => sql`(${bound}) OR (${more})`],
    [1, () => sql`(${bound}) OR (${keyCondition(choices, choices.pick(source.paths))})`],
  ]);
  return orSimpler(both, bound, more);
}

/** The partition attributes bound to values, and most often the sort attribute to a range. */
export function keyCondition(choices: Choices, { partition, sort }: KeyPath): Sql {
  const bound = choices.chance(85) ? sort.slice(0, choices.upTo(sort.length)) : sort;
  const terms = [
    ...partition.map((place) => bindingPredicate(choices, place, choices.chance(92) ? 'point' : 'any')),
    ...bound.map((place, i) => bindingPredicate(choices, place, i < bound.length - 1 ? 'point' : 'any')),
  ];
  return joined(terms, ' AND ');
}

/** Some of the places, most often few of them, so that an index may hold them all. */
export function somePlaces(choices: Choices, places: readonly Place[]): Place[] {
  return choices.some(places, choices.pick([1, 1, 2, 2, 3, 5, 99]));
}
