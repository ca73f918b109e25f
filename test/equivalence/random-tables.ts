import type { AttributeValue, Item } from '../../src/dynamodb/attribute-value.js';
import { canonicalNumber } from '../../src/dynamodb/numbers.js';
import type { TableDefinition } from '../../src/dynamodb/write-items.js';
import type { Choices } from './choices.js';
import { keyAttribute, NAMES, plainAttribute, type RandomAttribute } from './random-attribute.js';
import { referringKeys, tableKey } from './random-references.js';

/** A table of a case, its items, and what the gateway is told of it. */
export interface RandomTable extends Omit<TableDefinition, 'name'> {
  readonly items: readonly Item[];
  /** So many of the items are there when the catalog samples the table; the others come later. */
  readonly sampledItems: number;
  /** What DescribeTable claims: a table that seems large is worth reading by its keys. */
  readonly claimedItems: number | undefined;
  /** Items per page, so that a small table has many pages. */
  readonly pageItems: number | undefined;
}

type Index = NonNullable<TableDefinition['indexes']>[number];
type Key = ReturnType<typeof keyAttribute>;

/**
 * A table with keys of any type, sparse indexes of every projection, and attributes of every kind. Some of its attributes
 * hold keys of the `earlier` tables, so that joins on keys find something.
 */
export function randomTable(choices: Choices, earlier: readonly RandomTable[] = []): RandomTable {
  const names = choices.some(NAMES, 5 + choices.upTo(6));
  const [partitionName = 'pk', sortName = 'sk', ...otherNames] = names;
  const partitionKey = tableKey(choices, partitionName, earlier);
  const sortKey = choices.chance(70) ? tableKey(choices, sortName, earlier) : undefined;
  const referring = referringKeys(choices, otherNames.splice(0, 2), earlier);
  const indexKeyCount = choices.upTo(Math.min(3, otherNames.length - 1));
  const ownKeys = otherNames
    .slice(0, indexKeyCount)
    .map((name) => keyAttribute(choices, name, choices.pick([100, 60])));
  const plain = otherNames.slice(indexKeyCount).map((name) => plainAttribute(choices, name));
  const indexKeys = choices.chance(60) ? [...referring, ...ownKeys] : ownKeys;
  const others = indexKeys.length > ownKeys.length ? plain : [...referring, ...plain];
  const keys = [partitionKey, ...(sortKey === undefined ? [] : [sortKey])];
  const items = padded(choices, itemsOf(choices, keys, [...indexKeys, ...others]));
  return {
    partitionKey: nameAndType(partitionKey),
    sortKey: sortKey && nameAndType(sortKey),
    indexes: indexesOf(choices, keys, { indexKeys, others: others.map(({ name }) => name) }),
    items,
    sampledItems: choices.chance(15) ? choices.upTo(items.length) : items.length,
    claimedItems: choices.chance(70) ? 100 * (1 + choices.upTo(50)) : undefined,
    pageItems: choices.chance(25) ? 1 + choices.upTo(6) : undefined,
  };
}

/** Some tables are too long to be handled in one piece, by an attribute that few statements ask for. */
function padded(choices: Choices, items: readonly Item[]): readonly Item[] {
  if (!choices.chance(25)) return items;
  return items.map((item, i) => ({
    ...item,
    padding: { S: `${i % 3}`.padEnd(Math.ceil(80_000 / items.length), '.') },
  }));
}

function itemsOf(choices: Choices, keys: readonly Key[], others: readonly RandomAttribute[]): Item[] {
  const items = new Map<string, Item>();
  const count = choices.pick([0, 1, 4, 15, 30, 40]);
  for (let i = 0; i < count; i++) {
    const entries = [...keys, ...others].flatMap(({ name, next }): [string, AttributeValue][] => {
      const value = next();
      return value === undefined ? [] : [[name, value]];
    });
    const item = Object.fromEntries(entries);
    items.set(keys.map(({ name }) => identity(item[name])).join('\n'), item);
  }
  return [...items.values()];
}

/** One text per key, as `1` and `1.0` are the same one. */
function identity(value: AttributeValue | undefined): string {
  return value !== undefined && 'N' in value ? canonicalNumber(value.N) : JSON.stringify(value);
}

function indexesOf(
  choices: Choices,
  tableKeys: readonly Key[],
  { indexKeys, others }: { readonly indexKeys: readonly Key[]; readonly others: readonly string[] },
): Index[] {
  const candidates = [...indexKeys, ...tableKeys];
  const globals = Array.from({ length: indexKeys.length === 0 ? 0 : choices.upTo(4) }, (_, i): Index => {
    const partitionCount = choices.pick([1, 1, 1, 2, 3]);
    const attributes = choices.some(candidates, partitionCount + choices.pick([0, 1, 1, 1, 2, 3]));
    return {
      name: `${attributes.length > 2 || partitionCount > 1 ? 'composite' : 'global'}-${i}`,
      kind: 'global',
      partitionKeys: attributes.slice(0, partitionCount).map(nameAndType),
      sortKeys: attributes.slice(partitionCount).map(nameAndType),
      projection: projection(choices, others),
    };
  });
  const [partitionKey, sortKey] = tableKeys;
  if (partitionKey === undefined || sortKey === undefined || !choices.chance(50)) return globals;
  const locals = choices.some(indexKeys, 2).map(
    (localKey, i): Index => ({
      name: `local-${i}`,
      kind: 'local',
      partitionKeys: [nameAndType(partitionKey)],
      sortKeys: [nameAndType(localKey)],
      projection: projection(choices, others),
    }),
  );
  return [...globals, ...locals];
}

function projection(choices: Choices, others: readonly string[]): Index['projection'] {
  const attributes = choices.some(others, 1 + choices.upTo(2));
  return choices.pick<Index['projection']>([
    { kind: 'all' },
    { kind: 'keys-only' },
    attributes.length === 0 ? { kind: 'keys-only' } : { kind: 'include', attributes },
  ]);
}

function nameAndType({ name, type }: Key): { name: string; type: Key['type'] } {
  return { name, type };
}
