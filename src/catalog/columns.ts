import { HeadgateError } from '../base/errors/headgate-error.js';
import type { KeyAttribute, TableDescription } from '../dynamodb/table-description.js';
import { columnNames } from './column-names.js';
import { attributeTypeOf, type ColumnType } from './column-type.js';
import { DECLARED_TYPES, parseDeclaredType } from './declared-type.js';
import { type InferredType, inferColumnType, numberTypeFor } from './infer-column-type.js';
import type { Column } from './model.js';
import { byPresence, emptyValues, type Profile, type ValueProfile, valueCount } from './profile.js';
import type { ValueStatistics } from './value-statistics.js';

export interface ColumnSources {
  readonly description: TableDescription;
  /** Undefined where the table could not be sampled. */
  readonly profile: Profile | undefined;
  /** Of the sampled values, by attribute. */
  readonly statistics?: ReadonlyMap<string, ValueStatistics> | undefined;
  /** Attribute to declared type, for example `{ day: 'date' }`. */
  readonly declarations: Readonly<Record<string, string>>;
}

/** Columns of a table with more attributes than this are the most frequent ones; `_item` reaches the others. */
const MAX_SAMPLED_COLUMNS = 1000;

/**
 * The columns of a table: its partition key, its sort key, then the others by falling presence and by name. Keys are
 * always among them, those of indexes too, and so are declared attributes that no item had.
 * Throws CONFIG_INVALID for a declaration that is no type or contradicts a key.
 */
export function columnsOf(sources: ColumnSources): Column[] {
  const keys = keyRoles(sources.description);
  const attributes = orderedAttributes(sources, keys);
  const names = columnNames(attributes);
  return attributes.map((attribute, index) => {
    const values = sources.profile?.attributes.get(attribute);
    const statistics = sources.statistics?.get(attribute);
    return {
      name: names[index] ?? attribute,
      attribute,
      ...typeOf(attribute, { sources, values, key: keys.get(attribute) }),
      presence: presenceOf(values, sources.profile),
      ...(statistics === undefined ? {} : { statistics }),
    };
  });
}

interface KeyRole {
  readonly type: KeyAttribute['type'];
  /** For example "sort key" or "key of index by-date". */
  readonly role: string;
}

/** Every key attribute of the table and its indexes with its first role; the table's own keys come first. */
function keyRoles({ partitionKey, sortKey, indexes }: TableDescription): Map<string, KeyRole> {
  const roles = new Map<string, KeyRole>([[partitionKey.name, { type: partitionKey.type, role: 'partition key' }]]);
  if (sortKey !== undefined) roles.set(sortKey.name, { type: sortKey.type, role: 'sort key' });
  for (const index of indexes) {
    for (const { name, type } of [...index.partitionKeys, ...index.sortKeys]) {
      if (!roles.has(name)) roles.set(name, { type, role: `key of index ${index.name}` });
    }
  }
  return roles;
}

function orderedAttributes(
  { description, profile, declarations }: ColumnSources,
  keys: Map<string, KeyRole>,
): string[] {
  const always = [...keys.keys(), ...Object.keys(declarations)];
  const tableKeys = [description.partitionKey, description.sortKey].flatMap((key) => key?.name ?? []);
  const places = new Map(profile?.attributes);
  for (const name of always) if (!places.has(name)) places.set(name, emptyValues());
  const alwaysWanted = new Set(always);
  const others = byPresence(places)
    .map(([name]) => name)
    .filter((name) => !tableKeys.includes(name))
    .filter((name, rank) => alwaysWanted.has(name) || (rank < MAX_SAMPLED_COLUMNS && canBeColumn(name)));
  return [...tableKeys, ...others];
}

/** DuckDB cannot write an identifier with NUL in it. */
function canBeColumn(attribute: string): boolean {
  return !attribute.includes('\0');
}

interface Evidence {
  readonly sources: ColumnSources;
  readonly values: ValueProfile | undefined;
  readonly key: KeyRole | undefined;
}

function typeOf(attribute: string, { sources, values, key }: Evidence): Pick<Column, 'type' | 'source' | 'reason'> {
  const { profile, declarations, description } = sources;
  const declared = Object.hasOwn(declarations, attribute) ? declarations[attribute] : undefined;
  const sampled = inferColumnType(values ?? emptyValues(), profile?.items ?? 0);
  if (declared !== undefined) {
    const type = declaredType(declared, { attribute, table: description.name, key, sampled });
    return { type, source: 'declared', reason: `declared as ${declared}` };
  }
  if (key === undefined) return { ...sampled, source: 'sampled' };
  const unsampled = profile === undefined ? '; the table could not be sampled: reading it is not permitted' : '';
  return { type: keyType(key, values), source: 'key', reason: `${key.role}, ${key.type}${unsampled}` };
}

function keyType({ type }: KeyRole, values: ValueProfile | undefined): ColumnType {
  switch (type) {
    case 'S':
      return { kind: 'string', as: 'text' };
    case 'B':
      return { kind: 'binary' };
    case 'N':
      return numberTypeFor((values ?? emptyValues()).digits);
  }
}

interface DeclarationContext {
  readonly attribute: string;
  readonly table: string;
  readonly key: KeyRole | undefined;
  readonly sampled: InferredType;
}

function declaredType(text: string, { attribute, table, key, sampled }: DeclarationContext): ColumnType {
  const type = parseDeclaredType(text);
  const subject = `The column "${attribute}" of table "${table}" is declared as "${text}"`;
  if (type === undefined) {
    throw new HeadgateError('CONFIG_INVALID', `${subject}, which is not a type.`, {
      hint: `Use one of ${DECLARED_TYPES}.`,
    });
  }
  if (key !== undefined && attributeTypeOf(type) !== key.type) {
    throw new HeadgateError('CONFIG_INVALID', `${subject}, which does not fit its key type ${key.type}.`, {
      detail: `The attribute is a key (${key.role}), so that DynamoDB holds nothing but ${key.type} in it.`,
      hint: 'Remove the declaration, or declare a type that reads this key type.',
    });
  }
  return asSet(type, sampled.type) ?? type;
}

/** SQL has no sets: `varchar[]` declared for an attribute that holds string sets means the set, not an L. */
function asSet(declared: ColumnType, sampled: ColumnType): ColumnType | undefined {
  if (declared.kind !== 'list' || sampled.kind !== 'set') return undefined;
  const { element } = declared;
  if (attributeTypeOf(element) !== attributeTypeOf(sampled.element)) return undefined;
  switch (element.kind) {
    case 'string':
      return element.as === 'text' ? { kind: 'set', element: { kind: 'string', as: 'text' } } : undefined;
    case 'bigint':
    case 'hugeint':
    case 'decimal':
    case 'double':
    case 'binary':
      return { kind: 'set', element };
    default:
      return undefined;
  }
}

function presenceOf(values: ValueProfile | undefined, profile: Profile | undefined): number | undefined {
  if (profile === undefined || profile.items === 0) return undefined;
  return values === undefined ? 0 : valueCount(values) / profile.items;
}
