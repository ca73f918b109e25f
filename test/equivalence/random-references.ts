import type { Item } from '../../src/dynamodb/attribute-value.js';
import type { KeyAttribute } from '../../src/dynamodb/table-description.js';
import type { Choices } from './choices.js';
import { keyAttribute, type RandomAttribute } from './random-attribute.js';

type Key = RandomAttribute & KeyAttribute;

/** A table whose keys others refer to. */
interface Target {
  readonly partitionKey: KeyAttribute;
  readonly sortKey?: KeyAttribute | undefined;
  readonly items: readonly Item[];
}

/** A key attribute of a table: its own values, or often those of a key of an earlier table. */
export function tableKey(choices: Choices, name: string, earlier: readonly Target[]): Key {
  const own = keyAttribute(choices, name, 100);
  const targets = earlier.filter(({ items }) => items.length > 0);
  if (targets.length === 0 || choices.chance(50)) return own;
  const target = choices.pick(targets);
  const key = choices.pick(keysOf(target));
  const foreign = keyAttribute(choices, name, 100);
  return {
    name,
    type: key.type,
    next: () =>
      choices.chance(75) || foreign.type !== key.type ? choices.pick(target.items)[key.name] : foreign.next(),
  };
}

/** Attributes that together hold the whole key of some item of an earlier table, and now and then only a part of it. */
export function referringKeys(choices: Choices, names: readonly string[], earlier: readonly Target[]): Key[] {
  const targets = earlier.filter(({ items }) => items.length > 0);
  if (targets.length === 0) return [];
  const target = choices.pick(targets);
  let referred: Item = {};
  return keysOf(target)
    .slice(0, names.length)
    .map(({ name: key, type }, i) => ({
      name: names[i] ?? key,
      type,
      next: () => {
        if (i === 0) referred = choices.pick(target.items);
        return choices.chance(90) ? referred[key] : undefined;
      },
    }));
}

function keysOf({ partitionKey, sortKey }: Target): readonly KeyAttribute[] {
  return sortKey === undefined ? [partitionKey] : [partitionKey, sortKey];
}
