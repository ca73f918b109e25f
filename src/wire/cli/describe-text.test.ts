import { expect, test } from 'vitest';
import type { ColumnType } from '../../catalog/column-type.js';
import type { CatalogTable } from '../../catalog/model.js';
import { describeJson, describeText } from './describe-text.js';

const NOW = Date.parse('2026-01-31T12:00:00Z');

const FLIGHTS: CatalogTable = {
  schema: 'demo',
  name: 'flights',
  describedAt: '2026-01-31T11:59:59Z',
  sample: { items: 1000, averageItemBytes: 147.4, readUnits: 18.5, takenAt: '2026-01-31T09:30:00Z', complete: false },
  description: {
    name: 'flights',
    arn: undefined,
    status: 'ACTIVE',
    partitionKey: { name: 'flight_date', type: 'S' },
    sortKey: { name: 'flight', type: 'N' },
    indexes: [
      {
        name: 'by_origin',
        kind: 'global',
        partitionKeys: [{ name: 'origin', type: 'S' }],
        sortKeys: [],
        projection: { kind: 'include', attributes: ['delay', 'distance'] },
        usable: false,
        itemCount: 231_083,
        sizeBytes: 12_000_000,
      },
      {
        name: 'by_delay',
        kind: 'local',
        partitionKeys: [{ name: 'flight_date', type: 'S' }],
        sortKeys: [{ name: 'delay', type: 'N' }],
        projection: { kind: 'keys-only' },
        usable: true,
        itemCount: 9,
        sizeBytes: 400,
      },
    ],
    itemCount: 231_083,
    sizeBytes: 34_100_000,
    billing: { mode: 'provisioned', readUnits: 100, writeUnits: 5 },
    warmReadUnits: 12_000,
    tableClass: 'STANDARD',
  },
  columns: [
    {
      name: 'flight_date',
      attribute: 'flight_date',
      type: { kind: 'string', as: 'text' },
      source: 'key',
      presence: 1,
      reason: 'partition key, S',
    },
    {
      name: '空港',
      attribute: '空港',
      type: { kind: 'string', as: 'text' },
      source: 'sampled',
      presence: 0.999,
      reason: 'S in 999 of 1000 items',
    },
    {
      name: 'fare',
      attribute: 'fare',
      type: { kind: 'decimal', precision: 18, scale: 2 },
      source: 'declared',
      presence: 0.001,
      reason: 'declared',
    },
    {
      name: 'a\u001bb',
      attribute: 'a\u001bb',
      type: { kind: 'json' },
      source: 'sampled',
      presence: undefined,
      reason: 'not sampled',
    },
  ],
};

test('a table is described with its size, key, columns, indexes and the age of what is known', () => {
  expect(describeText(FLIGHTS, NOW)).toMatchInlineSnapshot(`
    "demo.flights: 231,083 items, 34.1 MB, provisioned with 100 read and 5 write units
    key: flight_date (S) + flight (N)

    column       type           presence  reason
    flight_date  VARCHAR        100%      partition key, S
    空港         VARCHAR        >99%      S in 999 of 1000 items
    fare         DECIMAL(18,2)  <1%       declared
    "a\\x1bb"     JSON                     not sampled

    index      kind                    key                          holds                     items    size
    by_origin  global, not usable yet  origin (S)                   keys and delay, distance  231,083  12.0 MB
    by_delay   local                   flight_date (S) + delay (N)  keys                      9        400 bytes

    Sampled 1,000 items (147 bytes on average) 2 hours ago for 18.5 units.
    "
  `);
});

test('the fields of a STRUCT stand below it under the path that SQL calls them, in quotes where SQL needs them', () => {
  const text = { kind: 'string', as: 'text' } as const;
  const field = (name: string, type: ColumnType) => ({ name, attribute: name, type });
  const place: ColumnType = {
    kind: 'struct',
    fields: [field('latitude', { kind: 'double' }), field('at night', text)],
  };
  const lines: ColumnType = { kind: 'list', element: { kind: 'struct', fields: [field('sku', text)] } };
  const column = (name: string, type: ColumnType) =>
    ({ name, attribute: name, type, source: 'sampled', presence: 1, reason: 'sampled' }) as const;
  const columns = [
    column('address', { kind: 'struct', fields: [field('city', text), field('place', place)] }),
    column('lines', lines),
    column('gift.note', text),
  ];
  expect(describeText({ ...FLIGHTS, columns }, NOW)).toContain(`
column                        type      presence  reason
address                       STRUCT    100%      sampled
  address.city                VARCHAR
  address.place               STRUCT
    address.place.latitude    DOUBLE
    address.place."at night"  VARCHAR
lines                         STRUCT[]  100%      sampled
  lines[1].sku                VARCHAR
"gift.note"                   VARCHAR   100%      sampled
`);
});

test('sizes that an emulator does not know are unknown, not 0', () => {
  const description = { ...FLIGHTS.description, sizeBytes: 0 };
  const text = describeText({ ...FLIGHTS, description }, NOW);
  expect(text).toMatch(/^demo.flights: 231,083 items, size unknown, provisioned/);
  expect(text).toMatch(/by_delay .* keys +unknown +unknown\n/);
});

test('a table that was not sampled says so', () => {
  const empty = { ...FLIGHTS.description, indexes: [], sortKey: undefined, itemCount: 0, sizeBytes: 0 };
  const table: CatalogTable = {
    ...FLIGHTS,
    sample: undefined,
    columns: [],
    description: {
      ...empty,
      status: 'UPDATING',
      billing: { mode: 'on-demand', maxReadUnits: undefined },
      tableClass: 'STANDARD_INFREQUENT_ACCESS',
    },
  };
  expect(describeText(table, NOW)).toMatchInlineSnapshot(`
    "demo.flights: 0 items, 0 bytes, on-demand, UPDATING, infrequent access
    key: flight_date (S)

    column  type  presence  reason

    Described 1 second ago; no items were sampled.
    "
  `);
});

test('for programs it is JSON with the types as SQL writes them', () => {
  const parsed = JSON.parse(describeJson(FLIGHTS));
  expect(parsed.columns.map((column: { type: string }) => column.type)).toEqual([
    'VARCHAR',
    'VARCHAR',
    'DECIMAL(18,2)',
    'JSON',
  ]);
  expect(parsed.description.indexes[1].name).toBe('by_delay');
  expect(parsed.sample.complete).toBe(false);
});
