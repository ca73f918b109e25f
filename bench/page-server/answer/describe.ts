import type { KeyAttribute } from '../../../src/dynamodb/table-description.js';
import type { TableDefinition } from '../../../src/dynamodb/write-items.js';
import type { ServedTable } from '../tables/entries.js';

/** DescribeTable's answer for a table on demand that is as warm as a new one (dynamodb-numbers.md 7). */
export function describeTable({ definition, entries, indexes }: ServedTable): Record<string, unknown> {
  const { name, partitionKey, sortKey } = definition;
  const indexesOf = (kind: 'global' | 'local') =>
    (definition.indexes ?? [])
      .filter((index) => index.kind === kind)
      .map((index) => {
        const held = indexes.get(index.name);
        return {
          IndexName: index.name,
          KeySchema: keySchema(index.partitionKeys, index.sortKeys),
          Projection: projectionOf(index.projection),
          ItemCount: held?.count ?? 0,
          IndexSizeBytes: held?.bytesBefore(held.count) ?? 0,
          ...(kind === 'global' && {
            IndexStatus: 'ACTIVE',
            ProvisionedThroughput: NO_THROUGHPUT,
            WarmThroughput: WARM,
          }),
        };
      });
  const [globals, locals] = [indexesOf('global'), indexesOf('local')];
  return {
    Table: {
      TableName: name,
      TableArn: tableArn(name),
      TableStatus: 'ACTIVE',
      CreationDateTime: 1.7e9,
      KeySchema: keySchema([partitionKey], sortKey === undefined ? [] : [sortKey]),
      AttributeDefinitions: attributeDefinitions(definition),
      ItemCount: entries.count,
      TableSizeBytes: entries.bytesBefore(entries.count),
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      ProvisionedThroughput: NO_THROUGHPUT,
      WarmThroughput: WARM,
      ...(globals.length > 0 && { GlobalSecondaryIndexes: globals }),
      ...(locals.length > 0 && { LocalSecondaryIndexes: locals }),
    },
  };
}

export function tableArn(name: string): string {
  return `arn:aws:dynamodb:us-east-1:000000000000:table/${name}`;
}

const NO_THROUGHPUT = { ReadCapacityUnits: 0, WriteCapacityUnits: 0, NumberOfDecreasesToday: 0 };
const WARM = { ReadUnitsPerSecond: 12_000, WriteUnitsPerSecond: 4_000, Status: 'ACTIVE' };

function keySchema(partitionKeys: readonly KeyAttribute[], sortKeys: readonly KeyAttribute[]) {
  return [
    ...partitionKeys.map(({ name }) => ({ AttributeName: name, KeyType: 'HASH' })),
    ...sortKeys.map(({ name }) => ({ AttributeName: name, KeyType: 'RANGE' })),
  ];
}

function attributeDefinitions({ partitionKey, sortKey, indexes = [] }: TableDefinition) {
  const keys = [partitionKey, sortKey ?? [], indexes.flatMap((index) => [...index.partitionKeys, ...index.sortKeys])];
  return [...new Map(keys.flat().map((key) => [key.name, key.type]))].map(([name, type]) => ({
    AttributeName: name,
    AttributeType: type,
  }));
}

function projectionOf(projection: NonNullable<TableDefinition['indexes']>[number]['projection']) {
  if (projection.kind === 'all') return { ProjectionType: 'ALL' };
  if (projection.kind === 'keys-only') return { ProjectionType: 'KEYS_ONLY' };
  return { ProjectionType: 'INCLUDE', NonKeyAttributes: [...projection.attributes] };
}
