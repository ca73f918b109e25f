import type { ColumnType, NumberType } from './column-type.js';
import {
  type AttributeTypeName,
  byPresence,
  type Digits,
  type MapProfile,
  type ValueProfile,
  valueCount,
} from './profile.js';

/** A type and one phrase that explains it. */
export interface InferredType {
  readonly type: ColumnType;
  readonly reason: string;
}

/** A column keeps its main type when at least this share of its non-null values has it ... */
const MAIN_TYPE_SHARE = 0.95;
/** ... and at most this many have another. Those few read as NULL, with a warning; a steady mix becomes JSON. */
const MAX_STRAYS = 10;
/** A map with more distinct keys than this has data for keys. */
const MAX_STRUCT_FIELDS = 64;
/** From this many maps on, their average key must be present in at least `MIN_FIELD_PRESENCE` of them. */
const ENOUGH_MAPS = 5;
const MIN_FIELD_PRESENCE = 1 / 3;

const JSON_TYPE: ColumnType = { kind: 'json' };

/**
 * The type of a column from what was seen of its attribute in `items` items. Only here, at the top, are a few values of
 * another type tolerated: what a column reads as NULL is counted and warned of, but not what is nested inside it, so
 * that list elements and struct fields of mixed types are JSON.
 */
export function inferColumnType(values: ValueProfile, items: number): InferredType {
  const [main, ...others] = typesSeen(values);
  if (main === undefined) return { type: JSON_TYPE, reason: `never anything but NULL in ${items} items` };
  const strays = others.reduce((sum, other) => sum + other.count, 0);
  const seen = [main, ...others].map(({ type, count }) => `${type} in ${count}`).join(', ');
  if (strays > MAX_STRAYS || main.count < MAIN_TYPE_SHARE * (main.count + strays)) {
    return { type: JSON_TYPE, reason: `mixed types: ${seen} of ${items} items` };
  }
  const { type, reason } = inferKind(main.type, values);
  return {
    type,
    reason: `${seen} of ${items} items${reason}${strays > 0 ? '; the few of another type read as NULL' : ''}`,
  };
}

/** The narrowest type that holds every number of at most these digits exactly, or `double` where none does. */
export function numberTypeFor({ integer, fraction }: Digits): NumberType {
  const precision = integer + fraction;
  if (precision > 38) return { kind: 'double' };
  if (fraction === 0) return { kind: precision > 18 ? 'hugeint' : 'bigint' };
  return { kind: 'decimal', precision: precision > 18 ? 38 : 18, scale: fraction };
}

/** The types at one place with the most frequent first, ties by name; NULL is no type. */
function typesSeen(values: ValueProfile): { type: AttributeTypeName; count: number }[] {
  return [...values.counts]
    .filter(([type]) => type !== 'NULL')
    .map(([type, count]) => ({ type, count }))
    .sort((a, b) => b.count - a.count || (a.type < b.type ? -1 : 1));
}

/** The type that values of one DynamoDB type get; the reason is what is to be added to "N in 5 of 7 items". */
function inferKind(kind: AttributeTypeName, values: ValueProfile): InferredType {
  switch (kind) {
    case 'S':
      return plain({ kind: 'string', as: 'text' });
    case 'N':
      return { type: numberTypeFor(values.digits), reason: digitsReason(values.digits) };
    case 'BOOL':
      return plain({ kind: 'boolean' });
    case 'B':
      return plain({ kind: 'binary' });
    case 'SS':
      return plain({ kind: 'set', element: { kind: 'string', as: 'text' } });
    case 'NS':
      return {
        type: { kind: 'set', element: numberTypeFor(values.setDigits) },
        reason: digitsReason(values.setDigits),
      };
    case 'BS':
      return plain({ kind: 'set', element: { kind: 'binary' } });
    case 'L':
      return inferList(values.elements);
    case 'M':
      return inferMap(values.map);
    case 'NULL':
      return plain(JSON_TYPE);
  }
}

function plain(type: ColumnType): InferredType {
  return { type, reason: '' };
}

function digitsReason({ integer, fraction }: Digits): string {
  if (integer + fraction > 38) return ', more digits between them than any exact type has';
  if (fraction === 0) return integer > 1 ? `, integers of up to ${integer} digits` : ', integers of one digit';
  return `, up to ${integer} digits before and ${fraction} after the point`;
}

function inferList(elements: ValueProfile | undefined): InferredType {
  const types = elements === undefined ? [] : typesSeen(elements);
  if (elements === undefined || types.length === 0) return { type: JSON_TYPE, reason: ', lists without values' };
  if (types.length > 1) {
    return { type: JSON_TYPE, reason: `, lists of mixed types: ${types.map(({ type }) => type).join(', ')}` };
  }
  return plain({ kind: 'list', element: inferNested(elements) });
}

function inferMap(map: MapProfile | undefined): InferredType {
  if (map === undefined || map.keys === 'too-many')
    return { type: JSON_TYPE, reason: ', maps with very many changing keys' };
  const { keys } = map;
  if (keys.size === 0) return { type: JSON_TYPE, reason: ', maps without members' };
  if (hasChangingKeys(map.maps, keys)) return { type: JSON_TYPE, reason: `, maps with ${keys.size} changing keys` };
  if (!canBeFields([...keys.keys()])) return { type: JSON_TYPE, reason: ', maps with keys that SQL cannot tell apart' };
  const fields = byPresence(keys).map(([name, values]) => ({ name, attribute: name, type: inferNested(values) }));
  return plain({ kind: 'struct', fields });
}

function hasChangingKeys(maps: number, keys: ReadonlyMap<string, ValueProfile>): boolean {
  if (keys.size > MAX_STRUCT_FIELDS) return true;
  const members = [...keys.values()].reduce((sum, values) => sum + valueCount(values), 0);
  return maps >= ENOUGH_MAPS && members / keys.size < maps * MIN_FIELD_PRESENCE;
}

/** DuckDB does not tell field names apart that differ in case alone, and cannot write an empty one or one with NUL. */
function canBeFields(names: readonly string[]): boolean {
  const distinct = new Set(names.map((name) => name.toLowerCase()));
  return distinct.size === names.length && !names.some((name) => name === '' || name.includes('\0'));
}

function inferNested(values: ValueProfile): ColumnType {
  const [only, ...others] = typesSeen(values);
  return only === undefined || others.length > 0 ? JSON_TYPE : inferKind(only.type, values).type;
}
