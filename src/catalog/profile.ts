import type { AttributeValue, Item } from '../dynamodb/attribute-value.js';
import { parseNumber } from '../dynamodb/numbers.js';

/** What was seen in a set of items; bounded in memory by the keys it tracks, never holds a value. */
export interface Profile {
  items: number;
  readonly attributes: Map<string, ValueProfile>;
}

/** What was seen at one place: an attribute, a map member, or the elements of a list. */
export interface ValueProfile {
  /** How many values there were of each DynamoDB type; a type that was not seen has no entry. */
  readonly counts: Map<AttributeTypeName, number>;
  /** The most digits of the N values. */
  readonly digits: Digits;
  /** The most digits of the numbers inside the NS values. */
  readonly setDigits: Digits;
  /** The elements of all L values together; undefined while every list was empty. */
  elements: ValueProfile | undefined;
  /** The members of all M values together; undefined while there was no map. */
  map: MapProfile | undefined;
}

export interface MapProfile {
  maps: number;
  /** `too-many` once the maps had more than `MAX_TRACKED_KEYS` distinct keys between them. */
  keys: Map<string, ValueProfile> | 'too-many';
}

/** Digits before and after the point. Their sum is the precision at which every number seen is exact. */
export interface Digits {
  integer: number;
  fraction: number;
}

export type AttributeTypeName = 'S' | 'N' | 'B' | 'BOOL' | 'NULL' | 'SS' | 'NS' | 'BS' | 'L' | 'M';

/** Above this many distinct keys a map is no struct in any case, so that its members need no profile. */
export const MAX_TRACKED_KEYS = 256;

/** A profile of no items. */
export function emptyProfile(): Profile {
  return { items: 0, attributes: new Map() };
}

/** The profile of a place where nothing was seen. */
export function emptyValues(): ValueProfile {
  return {
    counts: new Map(),
    digits: { integer: 0, fraction: 0 },
    setDigits: { integer: 0, fraction: 0 },
    elements: undefined,
    map: undefined,
  };
}

/** Adds one item to the profile, in place. */
export function addItem(profile: Profile, item: Item): void {
  profile.items += 1;
  for (const [name, value] of Object.entries(item)) addValue(profileAt(profile.attributes, name), value);
}

/** A new profile of the items of both; the order of merging does not matter. */
export function mergeProfiles(a: Profile, b: Profile): Profile {
  const merged = emptyProfile();
  for (const profile of [a, b]) {
    merged.items += profile.items;
    for (const [name, values] of profile.attributes) mergeValues(profileAt(merged.attributes, name), values);
  }
  return merged;
}

/** How many values were seen at this place, NULL included. */
export function valueCount(values: ValueProfile): number {
  let total = 0;
  for (const count of values.counts.values()) total += count;
  return total;
}

/** The places of a profile with the most frequent first; equally frequent ones in code point order of their names. */
export function byPresence(places: ReadonlyMap<string, ValueProfile>): [string, ValueProfile][] {
  return [...places].sort(
    ([nameA, a], [nameB, b]) => valueCount(b) - valueCount(a) || Buffer.compare(Buffer.from(nameA), Buffer.from(nameB)),
  );
}

function addValue(values: ValueProfile, value: AttributeValue): void {
  const type = attributeTypeName(value);
  values.counts.set(type, (values.counts.get(type) ?? 0) + 1);
  if ('N' in value) addNumber(values.digits, value.N);
  else if ('NS' in value) for (const number of value.NS) addNumber(values.setDigits, number);
  else if ('L' in value) for (const element of value.L) addValue(elementsOf(values), element);
  else if ('M' in value) addMap(mapOf(values), Object.entries(value.M));
}

function attributeTypeName(value: AttributeValue): AttributeTypeName {
  // An attribute value has exactly one key, which is its type; the compiler cannot see that.
  return Object.keys(value)[0] as AttributeTypeName;
}

function addNumber(digits: Digits, text: string): void {
  const { integerDigits, fractionDigits } = parseNumber(text);
  widenDigits(digits, { integer: integerDigits, fraction: fractionDigits });
}

function addMap(map: MapProfile, members: readonly [string, AttributeValue][]): void {
  map.maps += 1;
  for (const [key, value] of members) {
    const member = memberAt(map, key);
    if (member === undefined) return;
    addValue(member, value);
  }
}

function mergeValues(target: ValueProfile, source: ValueProfile): void {
  for (const [type, count] of source.counts) target.counts.set(type, (target.counts.get(type) ?? 0) + count);
  widenDigits(target.digits, source.digits);
  widenDigits(target.setDigits, source.setDigits);
  if (source.elements !== undefined) mergeValues(elementsOf(target), source.elements);
  if (source.map !== undefined) mergeMaps(mapOf(target), source.map);
}

function mergeMaps(target: MapProfile, source: MapProfile): void {
  target.maps += source.maps;
  if (source.keys === 'too-many') {
    target.keys = 'too-many';
    return;
  }
  for (const [key, values] of source.keys) {
    const member = memberAt(target, key);
    if (member === undefined) return;
    mergeValues(member, values);
  }
}

function widenDigits(target: Digits, source: Digits): void {
  target.integer = Math.max(target.integer, source.integer);
  target.fraction = Math.max(target.fraction, source.fraction);
}

/** The profile of one map member; undefined, and no key tracked any more, when there are too many keys. */
function memberAt(map: MapProfile, key: string): ValueProfile | undefined {
  if (map.keys === 'too-many') return undefined;
  const member = profileAt(map.keys, key);
  if (map.keys.size <= MAX_TRACKED_KEYS) return member;
  map.keys = 'too-many';
  return undefined;
}

function profileAt(places: Map<string, ValueProfile>, name: string): ValueProfile {
  const known = places.get(name);
  if (known !== undefined) return known;
  const fresh = emptyValues();
  places.set(name, fresh);
  return fresh;
}

function elementsOf(values: ValueProfile): ValueProfile {
  values.elements ??= emptyValues();
  return values.elements;
}

function mapOf(values: ValueProfile): MapProfile {
  values.map ??= { maps: 0, keys: new Map() };
  return values.map;
}
