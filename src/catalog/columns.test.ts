import { describe, expect, it } from 'vitest';
import type { Item } from '../dynamodb/attribute-value.js';
import type { IndexDescription, TableDescription } from '../dynamodb/table-description.js';
import { sqlTypeName } from './column-type.js';
import { columnsOf } from './columns.js';
import { profileOf } from './testing/any-item.js';
import { describedAs } from './testing/fake-dynamodb.js';

interface Given {
  readonly description?: Partial<TableDescription>;
  readonly items?: readonly Item[];
  readonly declarations?: Readonly<Record<string, string>>;
}

function columnsFor({ description = {}, items, declarations = {} }: Given) {
  return columnsOf({ description: describedAs(description), profile: items && profileOf(items), declarations });
}

function brief(given: Given): string[] {
  return columnsFor(given).map((column) => `${column.name} ${sqlTypeName(column.type)}`);
}

const byDay: IndexDescription = {
  name: 'by-day',
  kind: 'global',
  partitionKeys: [{ name: 'shop', type: 'S' }],
  sortKeys: [
    { name: 'day', type: 'S' },
    { name: 'rank', type: 'N' },
  ],
  projection: { kind: 'all' },
  usable: true,
  itemCount: 0,
  sizeBytes: 0,
};

describe('the columns of a table', () => {
  it('are the keys, then the others by presence and name', () => {
    const items: Item[] = [
      { z: { S: '' }, at: { N: '1' }, id: { S: '' }, b: { S: '' }, rare: { S: '' } },
      { z: { S: '' }, at: { N: '1' }, id: { S: '' }, b: { S: '' } },
    ];
    const columns = columnsFor({ description: { sortKey: { name: 'at', type: 'N' } }, items });
    expect(columns.map(({ name, presence, source }) => [name, presence, source])).toEqual([
      ['id', 1, 'key'],
      ['at', 1, 'key'],
      ['b', 1, 'sampled'],
      ['z', 1, 'sampled'],
      ['rare', 0.5, 'sampled'],
    ]);
  });

  it('have the types that DescribeTable tells for every key, of indexes too, also when no item has them', () => {
    expect(brief({ description: { indexes: [byDay] }, items: [{ id: { S: 'x' } }] })).toEqual([
      'id VARCHAR',
      'day VARCHAR',
      'rank BIGINT',
      'shop VARCHAR',
    ]);
  });

  it('give a number key the width that its values need', () => {
    const items: Item[] = [{ id: { N: '12345678901234567890' } }];
    expect(brief({ description: { partitionKey: { name: 'id', type: 'N' } }, items })).toEqual(['id HUGEINT']);
  });

  it('say of a key what it is', () => {
    const columns = columnsFor({ description: { indexes: [byDay] }, items: [] });
    expect(columns.map(({ reason }) => reason)).toEqual([
      'partition key, S',
      ...Array(3).fill(expect.stringContaining('key of index by-day')),
    ]);
    expect(columns[0]?.presence).toBeUndefined();
  });

  it('are the keys alone where the table could not be sampled, and say so', () => {
    const columns = columnsFor({});
    expect(columns).toEqual([
      {
        name: 'id',
        attribute: 'id',
        type: { kind: 'string', as: 'text' },
        source: 'key',
        presence: undefined,
        reason: 'partition key, S; the table could not be sampled: reading it is not permitted',
      },
    ]);
  });

  it('keep the name of the key and of the more frequent attribute when names differ in case alone', () => {
    const items: Item[] = [
      { ID: { S: '' }, id: { S: '' }, name: { S: '' }, Name: { S: '' } },
      { ID: { S: '' }, id: { S: '' }, name: { S: '' } },
    ];
    expect(columnsFor({ items }).map(({ name, attribute }) => [name, attribute])).toEqual([
      ['id', 'id'],
      ['ID_2', 'ID'],
      ['name', 'name'],
      ['Name_2', 'Name'],
    ]);
  });

  it('are the most frequent attributes where there are very many, besides keys and declared ones', () => {
    const items = [0, 1].map(
      (i): Item => ({
        id: { S: '' },
        ...Object.fromEntries(Array.from({ length: 600 }, (_, n) => [`a${i}-${n}`, { S: '' }])),
      }),
    );
    const names = columnsFor({ items, declarations: { 'a1-599': 'varchar' } }).map(({ name }) => name);
    expect(names).toHaveLength(1 + 1000 + 1);
    expect(names).toContain('a1-599');
  });
});

describe('a declaration', () => {
  it('wins over the sample, and makes a column of an attribute that no item had', () => {
    const items: Item[] = [{ id: { S: '' }, day: { S: '2026-01-31' } }];
    const columns = columnsFor({ items, declarations: { day: 'date', later: 'decimal(18,2)' } });
    expect(columns.slice(1)).toMatchObject([
      {
        name: 'day',
        type: { kind: 'string', as: 'date' },
        source: 'declared',
        presence: 1,
        reason: 'declared as date',
      },
      { name: 'later', type: { kind: 'decimal', precision: 18, scale: 2 }, source: 'declared', presence: 0 },
    ]);
  });

  it('may refine the type of a key', () => {
    expect(brief({ declarations: { id: 'uuid' } })).toEqual(['id UUID']);
  });

  it.each(['bigint', 'json', 'varchar[]'])('of a text key as %s is an error of the configuration', (type) => {
    expect(() => columnsFor({ declarations: { id: type } })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    );
    expect(() => columnsFor({ description: { indexes: [byDay] }, declarations: { day: type } })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    );
  });

  it('that is no type is an error of the configuration, which lists the types', () => {
    expect(() => columnsFor({ declarations: { x: 'int' } })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', hint: expect.stringContaining('bigint') }),
    );
  });

  it('of a list means the set where the attribute holds sets', () => {
    const items: Item[] = [{ id: { S: '' }, tags: { SS: ['a'] }, names: { L: [{ S: 'a' }] } }];
    const columns = columnsFor({ items, declarations: { tags: 'varchar[]', names: 'varchar[]' } });
    expect(columns.map(({ name, type }) => [name, type.kind])).toEqual([
      ['id', 'string'],
      ['names', 'list'],
      ['tags', 'set'],
    ]);
  });
});
