import type { Choices } from './choices.js';
import { type Place, randomlyInside } from './places.js';
import { collectionPredicate } from './random-collection-predicates.js';
import { constant, isNumber, type ScalarType, scalar, textConstant, textLiteral } from './random-constants.js';
import { joined, orSimpler, type Sql, sql } from './sql-tree.js';

/** A condition on these places, nested up to `depth` levels deep; it cannot fail on any value. */
export function randomPredicate(choices: Choices, places: readonly Place[], depth = 2): Sql {
  const inner = () => randomPredicate(choices, places, depth - 1);
  const nested = depth > 0 ? 1 : 0;
  return choices.branch<Sql>([
    [6, () => leaf(choices, choices.pick(places))],
    [3 * nested, () => connected(choices, inner, 'AND')],
    [2 * nested, () => connected(choices, inner, 'OR')],
    [nested, () => negated(inner())],
    [nested, () => sql`(${inner()}) IS ${choices.pick(['TRUE', 'NOT TRUE', 'FALSE', 'NOT FALSE', 'NULL'])}`],
    [nested, () => comparedPlaces(choices, places)],
    [nested, () => tupleIn(choices, places)],
  ]);
}

function connected(choices: Choices, inner: () => Sql, word: 'AND' | 'OR'): Sql {
  const terms = Array.from({ length: 2 + choices.upTo(1) }, inner);
  return orSimpler(
    joined(
      terms.map((term) => sql`(${term})`),
      ` ${word} `,
    ),
    ...terms,
  );
}

function negated(term: Sql): Sql {
  return orSimpler(sql`NOT (${term})`, term);
}

/** Conditions that bind a place, as keys want to be bound: by equality, in a list, or in a range. */
export function bindingPredicate(choices: Choices, place: Place, how: 'point' | 'any' = 'any'): Sql {
  const type = scalar(place.type);
  if (type === undefined) return sql`${place.sql} IS NOT NULL`;
  const value = () => constant(choices, type, place.values);
  const branches: [number, () => Sql][] = [
    [4, () => sql`${place.sql} = ${value()}`],
    [2, () => membership(choices, place, type)],
    [1, () => alternatives(choices, () => sql`${place.sql} = ${value()}`)],
  ];
  if (how === 'point') return choices.branch(branches);
  return choices.branch([
    ...branches,
    [3, () => sql`${place.sql} ${choices.pick(['<', '<=', '>', '>='])} ${value()}`],
    [2, () => sql`${place.sql} BETWEEN ${value()} AND ${value()}`],
    [
      2,
      () =>
        sql`${place.sql} ${choices.pick(['>', '>='])} ${value()} AND ${place.sql} ${choices.pick(['<', '<='])} ${value()}`,
    ],
    [type.kind === 'string' ? 3 : 0, () => prefixed(choices, place)],
    [1, () => alternatives(choices, () => sql`${place.sql} ${choices.pick(['<', '=', '>='])} ${value()}`)],
  ]);
}

function alternatives(choices: Choices, make: () => Sql): Sql {
  const terms = Array.from({ length: 2 + choices.upTo(1) }, make);
  return orSimpler(sql`(${joined(terms, ' OR ')})`, ...terms);
}

function leaf(choices: Choices, outer: Place): Sql {
  if (choices.chance(12)) return sql`${outer.sql} IS ${choices.pick(['NULL', 'NOT NULL'])}`;
  const place = randomlyInside(choices, outer);
  const type = scalar(place.type);
  if (type === undefined) return collectionPredicate(choices, place);
  return choices.branch<Sql>([
    [8, () => scalarLeaf(choices, place, type)],
    [2, () => bindingPredicate(choices, place)],
    [type.kind === 'string' ? 5 : 0, () => textLeaf(choices, place)],
    [isNumber(type) ? 4 : 0, () => numberLeaf(choices, place, type)],
    [type.kind === 'boolean' ? 8 : 0, () => flagLeaf(choices, place)],
  ]);
}

/** One comparison with a constant or with NULL, which DynamoDB can often be asked to make exactly. */
export function scalarPredicate(choices: Choices, place: Place, op?: '=' | 'IN'): Sql {
  const type = scalar(place.type);
  if (type === undefined || (op === undefined && choices.chance(15))) {
    return sql`${place.sql} IS ${choices.pick(['NULL', 'NOT NULL'])}`;
  }
  if (op === 'IN') return membership(choices, place, type);
  const chosen = op ?? choices.pick(['=', '<>', '<>', '<', '<=', '>', '>=']);
  const comparison = sql`${place.sql} ${chosen} ${constant(choices, type, place.values)}`;
  return op === undefined && choices.chance(15) ? negated(comparison) : comparison;
}

function scalarLeaf(choices: Choices, place: Place, type: ScalarType): Sql {
  const value = () => constant(choices, type, place.values);
  const op = () => choices.pick(['=', '=', '<>', '<', '<=', '>', '>=']);
  return choices.branch<Sql>([
    [5, () => sql`${place.sql} ${op()} ${value()}`],
    [1, () => sql`${value()} ${op()} ${place.sql}`],
    [1, () => sql`${place.sql} ${choices.pick(['BETWEEN', 'NOT BETWEEN'])} ${value()} AND ${value()}`],
    [2, () => membership(choices, place, type)],
    [1, () => sql`${place.sql} NOT IN (${joined(constants(choices, place, type), ', ')})`],
    [
      1,
      () =>
        sql`${place.sql} IS ${choices.pick(['DISTINCT FROM', 'NOT DISTINCT FROM'])} ${choices.pick([value(), value(), 'NULL'])}`,
    ],
    [1, () => sql`${place.sql} IS ${choices.pick(['NULL', 'NOT NULL'])}`],
    [1, () => sql`coalesce(${place.sql}, ${value()}) ${op()} ${value()}`],
    [1, () => sql`CASE WHEN ${place.sql} ${op()} ${value()} THEN true WHEN ${place.sql} IS NULL THEN false END`],
    [1, () => sql`nullif(${place.sql}, ${value()}) ${op()} ${value()}`],
  ]);
}

function membership(choices: Choices, place: Place, type: ScalarType): Sql {
  const list = joined(constants(choices, place, type), ', ');
  return sql`${place.sql} IN (${list}${choices.chance(8) ? ', NULL' : ''})`;
}

function constants(choices: Choices, place: Place, type: ScalarType): Sql[] {
  const few = Array.from({ length: 1 + choices.upTo(4) }, () => sql`${constant(choices, type, place.values)}`);
  const canBeMany = type.kind === 'string' || type.kind === 'bigint';
  if (!canBeMany || !choices.chance(5)) return few;
  // More than DynamoDB takes in one list; those that find something come last.
  const others = Array.from({ length: 130 }, (_, i) => sql`${type.kind === 'string' ? `'other ${i}'` : 100_000 + i}`);
  return [...others, ...few];
}

function textLeaf(choices: Choices, place: Place): Sql {
  const text = () => textConstant(choices, place.values);
  return choices.branch<Sql>([
    [4, () => prefixed(choices, place)],
    [1, () => sql`${place.sql} ${choices.pick(['LIKE', 'NOT LIKE', 'ILIKE'])} ${textLiteral(`%${text()}%`)}`],
    [1, () => sql`${place.sql} ${choices.pick(['LIKE', 'NOT LIKE'])} ${textLiteral(`${text()}_`)}`],
    [1, () => sql`contains(${place.sql}, ${textLiteral(text())})`],
    [1, () => sql`suffix(${place.sql}, ${textLiteral(text())})`],
    [1, () => sql`length(${place.sql}) > ${choices.upTo(3)}`],
    [1, () => sql`lower(${place.sql}) = ${textLiteral(text().toLowerCase())}`],
    [1, () => sql`${place.sql} || 'x' ${choices.pick(['=', '<', '>='])} ${textLiteral(`${text()}x`)}`],
    [1, () => sql`substr(${place.sql}, 1, 1) = ${textLiteral([...text()][0] ?? '')}`],
    [1, () => sql`TRY_CAST(${place.sql} AS INTEGER) > ${choices.upTo(9)}`],
    [1, () => sql`${place.sql} COLLATE NOCASE = ${textLiteral(text())}`],
  ]);
}

function prefixed(choices: Choices, { sql: place, values }: Place): Sql {
  const points = [...textConstant(choices, values)];
  const prefix = points.slice(0, choices.chance(50) ? points.length : choices.upTo(points.length)).join('');
  return choices.branch<Sql>([
    [3, () => sql`${place} LIKE ${textLiteral(`${prefix}%`)}`],
    [2, () => sql`starts_with(${place}, ${textLiteral(prefix)})`],
    [1, () => sql`${place} ^@ ${textLiteral(prefix)}`],
    [1, () => sql`NOT starts_with(${place}, ${textLiteral(prefix)})`],
    [1, () => sql`${place} NOT LIKE ${textLiteral(`${prefix}%`)}`],
  ]);
}

function numberLeaf(choices: Choices, place: Place, type: ScalarType): Sql {
  const value = () => constant(choices, type, place.values);
  const op = choices.pick(['=', '<>', '<', '<=', '>', '>=']);
  // Wider types have no room to calculate in without an error.
  const roomy = type.kind === 'bigint' || (type.kind === 'decimal' && type.precision === 18);
  const term = choices.pick(['1', '-1', '0.5', '10']);
  return choices.branch<Sql>([
    [roomy ? 2 : 0, () => sql`${place.sql} ${choices.pick(['+', '-'])} ${term} ${op} ${choices.upTo(20)}`],
    [roomy ? 1 : 0, () => sql`${place.sql} * 2 ${op} ${choices.upTo(20)}`],
    [roomy ? 1 : 0, () => sql`- ${place.sql} ${op} ${choices.upTo(5)}`],
    [roomy ? 1 : 0, () => sql`${choices.upTo(9)} - ${place.sql} ${op} ${choices.upTo(5)}`],
    [type.kind === 'bigint' ? 1 : 0, () => sql`${place.sql} % 3 = ${choices.upTo(2)}`],
    [type.kind === 'bigint' ? 1 : 0, () => sql`${place.sql} // 2 ${op} ${choices.upTo(9)}`],
    [1, () => sql`abs(${place.sql}) ${op} ${choices.upTo(9)}`],
    [2, () => sql`CAST(${place.sql} AS DOUBLE) ${op} ${value()}::DOUBLE`],
    [1, () => sql`CAST(${place.sql} AS VARCHAR) LIKE ${choices.pick(["'1%'", "'-%'", "'%.%'", "'%0'"])}`],
    [1, () => sql`TRY_CAST(${place.sql} AS TINYINT) ${op} ${choices.upTo(20)}`],
    [1, () => sql`TRY_CAST(${place.sql} AS DECIMAL(38,2)) ${op} ${choices.upTo(20)}.25`],
    [type.kind === 'bigint' ? 1 : 0, () => sql`CAST(${place.sql} AS HUGEINT) ${op} ${value()}`],
    [type.kind === 'bigint' ? 1 : 0, () => sql`CAST(${place.sql} AS DECIMAL(38,4)) ${op} ${choices.upTo(20)}.5`],
    [type.kind === 'bigint' ? 1 : 0, () => sql`CAST(${place.sql} AS FLOAT) ${op} ${choices.upTo(20)}`],
  ]);
}

function flagLeaf(choices: Choices, { sql: place }: Place): Sql {
  const test = choices.pick([
    '',
    ' = true',
    ' = false',
    ' <> true',
    ' IS TRUE',
    ' IS NOT TRUE',
    ' IS FALSE',
    ' IS NOT FALSE',
  ]);
  return sql`${choices.pick(['', 'NOT '])}${place}${test}`;
}

/** Two places of one kind compared with each other. */
function comparedPlaces(choices: Choices, places: readonly Place[]): Sql {
  const first = randomlyInside(choices, choices.pick(places));
  const others = places.map((place) => randomlyInside(choices, place)).filter((place) => areComparable(place, first));
  if (others.length === 0) return sql`${first.sql} IS NOT NULL`;
  return sql`${first.sql} ${choices.pick(['=', '<>', '<', '>=', 'IS NOT DISTINCT FROM'])} ${choices.pick(others).sql}`;
}

/** Whether DuckDB can bring both to one type without an error. */
export function areComparable(a: Place, b: Place): boolean {
  if (isNumber(a.type) && isNumber(b.type)) {
    if (a.type.kind === 'double' || b.type.kind === 'double') return true;
    const [first, second] = [digits(a.type), digits(b.type)];
    return Math.max(first.integer, second.integer) + Math.max(first.fraction, second.fraction) <= 38;
  }
  return a.type.kind === b.type.kind && scalar(a.type) !== undefined;
}

function digits(type: ScalarType): { integer: number; fraction: number } {
  if (type.kind === 'decimal') return { integer: type.precision - type.scale, fraction: type.scale };
  return { integer: type.kind === 'hugeint' ? 38 : 19, fraction: 0 };
}

function tupleIn(choices: Choices, places: readonly Place[]): Sql {
  const fields = choices.some(places, 2).filter(({ type }) => scalar(type) !== undefined);
  if (fields.length < 2) return sql`1 = 1`;
  const row = () => {
    const values = fields.map(
      ({ type, values: known }) => sql`${constant(choices, scalar(type) ?? { kind: 'boolean' }, known)}`,
    );
    return sql`(${values[0] ?? ''}, ${values[1] ?? ''})`;
  };
  const left = sql`(${fields[0]?.sql ?? ''}, ${fields[1]?.sql ?? ''})`;
  if (choices.chance(25)) return sql`${left} ${choices.pick(['=', '<>', '<'])} ${row()}`;
  const rows = Array.from({ length: 1 + choices.upTo(3) }, row);
  return sql`${left} ${choices.chance(15) ? 'NOT ' : ''}IN (${joined(rows, ', ')})`;
}
