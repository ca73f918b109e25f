import type { KeyAttribute, Projection } from '../dynamodb/table-description.js';
import type { TableDefinition } from '../dynamodb/write-items.js';

export interface DemoTable {
  readonly definition: TableDefinition;
  /** Items in `examples/data/<name>.ndjson.gz`. */
  readonly itemCount: number;
}

const ALL: Projection = { kind: 'all' };
const KEYS_ONLY: Projection = { kind: 'keys-only' };

/** Between them they have every kind of key, index and projection. `examples/data/README.md` tells what is in them. */
export const DEMO_TABLES: readonly DemoTable[] = [
  {
    itemCount: 3_376,
    definition: {
      name: 'airports',
      partitionKey: text('iata'),
      indexes: [index('by_state', { keys: [text('state'), text('city')], projection: ALL })],
    },
  },
  {
    itemCount: 10_000,
    definition: {
      name: 'flights',
      partitionKey: text('origin'),
      sortKey: text('departure'),
      indexes: [
        index('by_destination', { keys: [text('destination'), text('flight_date')], projection: ALL }),
        index('by_date', { keys: [text('flight_date'), number('delay')], projection: KEYS_ONLY }),
        { ...index('by_delay', { keys: [text('origin'), number('delay')], projection: ALL }), kind: 'local' },
      ],
    },
  },
  {
    itemCount: 1_707,
    definition: {
      name: 'earthquakes',
      partitionKey: text('net'),
      sortKey: text('id'),
      indexes: [
        index('by_day', {
          keys: [text('day'), number('time')],
          projection: { kind: 'include', attributes: ['mag', 'place'] },
        }),
        // Sparse: `felt` is absent where nobody reported to have felt the earthquake.
        index('felt_reports', { keys: [text('net'), number('felt')], projection: ALL }),
      ],
    },
  },
  {
    itemCount: 5_500,
    definition: {
      name: 'bird_strikes',
      partitionKey: text('airport'),
      sortKey: number('strike_id'),
      indexes: [index('by_species', { keys: [text('species'), text('flight_date')], projection: ALL })],
    },
  },
  {
    itemCount: 859,
    definition: {
      name: 'shop',
      partitionKey: text('PK'),
      sortKey: text('SK'),
      indexes: [
        index('GSI1', { keys: [text('GSI1PK'), text('GSI1SK')], projection: ALL }),
        // A number of 38 digits as the key; only a dozen order lines have it.
        index('by_serial', { keys: [number('serial')], projection: KEYS_ONLY }),
      ],
    },
  },
];

function text(name: string): KeyAttribute {
  return { name, type: 'S' };
}

function number(name: string): KeyAttribute {
  return { name, type: 'N' };
}

/** A global index: the first key is the partition key, the second, if any, the sort key. */
function index(
  name: string,
  { keys, projection }: { readonly keys: readonly KeyAttribute[]; readonly projection: Projection },
) {
  return { name, kind: 'global' as const, partitionKeys: keys.slice(0, 1), sortKeys: keys.slice(1), projection };
}
