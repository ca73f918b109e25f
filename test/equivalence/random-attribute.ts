import type { AttributeValue } from '../../src/dynamodb/attribute-value.js';
import type { KeyAttribute } from '../../src/dynamodb/table-description.js';
import type { Choices } from './choices.js';
import { anyValue, type NumberFlavour, someBinaries, someNumbers, someTexts } from './random-values.js';

/** One attribute of a random table: its name, and its value in a next item (undefined: the item does not have it). */
export interface RandomAttribute {
  readonly name: string;
  readonly next: () => AttributeValue | undefined;
}

/** Names that SQL, DynamoDB or our own texts could stumble over; some differ in case alone. */
export const NAMES: readonly string[] = [
  ...['name', 'Name', 'NAME', 'order', 'select', 'group', 'end', 'value', 'my name', ' lead', 'a.b', 'a', 'b', 'A'],
  ...['quo"te', "it's", 'Ünï', 'ünï', '🦜', 'c0', 'C1', 'x0', 'j', 'i0', 'present', 'flags0', 'delim_index', 'N', 'S'],
  ...[
    'NULL',
    '#n0',
    ':v0',
    '$',
    'a-b',
    'a_b',
    '%',
    '_item',
    '_ITEM',
    'item',
    'rowid',
    'constructor',
    'toString',
    '1st',
  ],
  ...['name_2', 'struct', 'list', 'M', 'L', 'unnest', 'filter', 'back\\slash', 'semi;colon', 'co,mma', '(paren', '[0]'],
];

/** A key attribute: always there, or for a sparse index often, and always of its type. */
export function keyAttribute(choices: Choices, name: string, presence: number): RandomAttribute & KeyAttribute {
  const type = choices.pick(['S', 'S', 'N', 'B'] as const);
  const value = keyValues(choices, type);
  return { name, type, next: () => (choices.chance(presence) ? value() : undefined) };
}

function keyValues(choices: Choices, type: KeyAttribute['type']): () => AttributeValue {
  switch (type) {
    case 'S': {
      const texts = someTexts(choices, { empty: false });
      return () => ({ S: choices.pick(texts) });
    }
    case 'N': {
      const numbers = someNumbers(choices, flavour(choices));
      return () => ({ N: choices.pick(numbers) });
    }
    case 'B': {
      const binaries = someBinaries(choices);
      return () => ({ B: choices.pick(binaries) });
    }
  }
}

/** Any attribute: missing from some items, NULL in some, and now and then of another type. */
export function plainAttribute(choices: Choices, name: string): RandomAttribute {
  const presence = choices.pick([100, 90, 70, 40]);
  const nulls = choices.pick([0, 0, 10, 40]);
  const strays = choices.pick([0, 0, 0, 4]);
  const value = values(choices, 0);
  return {
    name,
    next: () => {
      if (!choices.chance(presence)) return undefined;
      if (choices.chance(nulls)) return { NULL: true };
      return choices.chance(strays) ? anyValue(choices) : value();
    },
  };
}

type Values = () => AttributeValue;

function values(choices: Choices, depth: number): Values {
  return choices.branch<Values>([
    [5, () => keyValues(choices, 'S')],
    [6, () => keyValues(choices, 'N')],
    [1, () => keyValues(choices, 'B')],
    [2, () => () => ({ BOOL: choices.chance(50) })],
    [1, () => setValues(choices)],
    [depth > 1 ? 0 : 2, () => listValues(choices, depth)],
    [depth > 1 ? 0 : 3, () => mapValues(choices, depth)],
    [1, () => () => anyValue(choices)],
    [1, () => emptyTextValues(choices)],
    [depth === 0 ? 1 : 0, () => () => ({ NULL: true })],
  ]);
}

function flavour(choices: Choices): NumberFlavour {
  return choices.pick(['small', 'small', 'long', 'huge', 'decimal', 'decimal', 'fine', 'wild'] as const);
}

function emptyTextValues(choices: Choices): Values {
  const texts = ['', ...someTexts(choices, { empty: true })];
  return () => ({ S: choices.pick(texts) });
}

function setValues(choices: Choices): Values {
  const kind = choices.pick(['SS', 'NS', 'BS'] as const);
  const numbers = flavour(choices);
  return () => {
    if (kind === 'SS') return { SS: someTexts(choices, { empty: true }) };
    return kind === 'NS' ? { NS: someNumbers(choices, numbers) } : { BS: someBinaries(choices) };
  };
}

function listValues(choices: Choices, depth: number): Values {
  const element = values(choices, depth + 1);
  return () => ({ L: Array.from({ length: choices.upTo(4) }, element) });
}

/** Maps of the same few keys, or of many changing ones, which become JSON. */
function mapValues(choices: Choices, depth: number): Values {
  const names = choices.some([...NAMES, 'a', 'b', 'city', 'x y'], 1 + choices.upTo(choices.chance(20) ? 20 : 3));
  const members = [...new Set(names)].map((name) => ({ name, value: values(choices, depth + 1) }));
  const presence = choices.pick([100, 80, 30]);
  return () => {
    const there = members.filter(() => choices.chance(presence));
    return { M: Object.fromEntries(there.map(({ name, value }) => [name, value()])) };
  };
}
