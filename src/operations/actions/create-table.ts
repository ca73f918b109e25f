import { z } from 'zod';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import { invalid } from '../refuse.js';
import type { JsonObject } from '../request/json-value.js';
import { type ActionTools, action } from './action.js';
import { schema, table } from './action-words.js';
import { type Described, described, describedOf, keyAttribute, projection } from './table-words.js';

const throughput = z.strictObject({ readUnits: z.int().positive(), writeUnits: z.int().positive() });

const input = z.strictObject({
  schema,
  table,
  partitionKey: keyAttribute,
  sortKey: keyAttribute.optional(),
  indexes: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        kind: z.enum(['global', 'local']).default('global'),
        partitionKey: keyAttribute.optional().describe('Of global indexes; local ones have that of the table.'),
        sortKey: keyAttribute.optional(),
        projection: projection.default('all'),
        provisioned: throughput
          .optional()
          .describe('For a global index of a provisioned table; without it, that of the table.'),
      }),
    )
    .default([]),
  provisioned: throughput.optional().describe('Capacity per second; on demand without it.'),
  timeToLive: z
    .string()
    .min(1)
    .optional()
    .describe('The attribute that says when an item expires, in seconds since 1970.'),
  tags: z.record(z.string().min(1), z.string()).default({}),
  deletionProtection: z.boolean().default(false),
});
type Input = z.infer<typeof input>;
type IndexInput = Input['indexes'][number];
type KeyInput = Input['partitionKey'];

export const createTable = action({
  name: 'createTable',
  description: 'Makes a table, with indexes, tags and time to live, on demand or with capacity of its own.',
  input,
  output: described,
  async run(given, tools) {
    const answer = await tools.call('CreateTable', createTableBody(given));
    if (given.timeToLive === undefined) return describedOf(answer, 'TableDescription');
    const active = await whenActive(given.table, tools);
    await tools.call('UpdateTimeToLive', {
      TableName: given.table,
      TimeToLiveSpecification: { Enabled: true, AttributeName: given.timeToLive },
    });
    return active;
  },
});

/** The request of CreateTable; throughput stands only where it applies. Throws REQUEST_INVALID for keys that contradict. */
export function createTableBody(given: Input): JsonObject {
  const indexes = given.indexes.map((index, place) => indexBody(index, given, `indexes[${place}]`));
  const ofKind = (kind: 'global' | 'local') => indexes.filter((index) => index.kind === kind).map(({ body }) => body);
  const [globals, locals] = [ofKind('global'), ofKind('local')];
  const tags = Object.entries(given.tags).map(([Key, Value]) => ({ Key, Value }));
  return {
    TableName: given.table,
    KeySchema: keySchema(given.partitionKey, given.sortKey),
    AttributeDefinitions: definitions([given.partitionKey, given.sortKey, ...indexes.flatMap(({ keys }) => keys)]),
    ...(given.provisioned === undefined
      ? { BillingMode: 'PAY_PER_REQUEST' }
      : { BillingMode: 'PROVISIONED', ProvisionedThroughput: throughputBody(given.provisioned) }),
    ...(globals.length === 0 ? {} : { GlobalSecondaryIndexes: globals }),
    ...(locals.length === 0 ? {} : { LocalSecondaryIndexes: locals }),
    ...(tags.length === 0 ? {} : { Tags: tags }),
    ...(given.deletionProtection ? { DeletionProtectionEnabled: true } : {}),
  };
}

function indexBody(index: IndexInput, given: Input, at: string) {
  const { kind, sortKey } = index;
  if (
    kind === 'local' &&
    (index.partitionKey !== undefined || sortKey === undefined || index.provisioned !== undefined)
  ) {
    throw invalid(at, 'a local index has a sort key of its own, and nothing else: the rest is that of the table');
  }
  const partitionKey = kind === 'local' ? given.partitionKey : index.partitionKey;
  if (partitionKey === undefined) throw invalid(`${at}.partitionKey`, 'a global index has a partition key');
  const provisioned = index.provisioned ?? given.provisioned;
  if (given.provisioned === undefined && provisioned !== undefined) {
    throw invalid(`${at}.provisioned`, 'the table is on demand, and so are its indexes');
  }
  const body = {
    IndexName: index.name,
    KeySchema: keySchema(partitionKey, sortKey),
    Projection: projectionBody(index.projection),
    ...(kind === 'global' && provisioned !== undefined ? { ProvisionedThroughput: throughputBody(provisioned) } : {}),
  };
  return { kind, body, keys: [partitionKey, sortKey] };
}

function keySchema(partitionKey: KeyInput, sortKey: KeyInput | undefined) {
  const partition = { AttributeName: partitionKey.name, KeyType: 'HASH' };
  return sortKey === undefined ? [partition] : [partition, { AttributeName: sortKey.name, KeyType: 'RANGE' }];
}

function definitions(keys: readonly (KeyInput | undefined)[]) {
  const types = new Map<string, string>();
  for (const key of keys) {
    if (key === undefined) continue;
    const known = types.get(key.name);
    if (known !== undefined && known !== key.type)
      throw invalid(key.name, `it cannot be of type ${known} and of type ${key.type}`);
    types.set(key.name, key.type);
  }
  return [...types].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType }));
}

function projectionBody(held: IndexInput['projection']) {
  if (typeof held === 'object') return { ProjectionType: 'INCLUDE', NonKeyAttributes: held.include };
  return { ProjectionType: held === 'all' ? 'ALL' : 'KEYS_ONLY' };
}

function throughputBody({ readUnits, writeUnits }: z.infer<typeof throughput>) {
  return { ReadCapacityUnits: readUnits, WriteCapacityUnits: writeUnits };
}

/** Half an hour of pauses, because indexes take their time. */
const MAX_PAUSES = 1800;

/** Time to live can be set only when the table is there to use. */
async function whenActive(name: string, tools: ActionTools): Promise<Described> {
  for (let round = 0; round < MAX_PAUSES; round++) {
    const table = describedOf(await tools.call('DescribeTable', { TableName: name }), 'Table');
    if (table.status === 'ACTIVE') return table;
    await tools.pause();
  }
  throw new HeadgateError('DYNAMODB_FAILED', `Table "${name}" was created but does not become active.`, {
    hint: 'Its time to live is not set yet: set it by UpdateTimeToLive when the table is active.',
  });
}
