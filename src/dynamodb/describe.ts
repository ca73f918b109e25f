import { HeadgateError } from '../base/errors/headgate-error.js';
import type { DynamodbCalls } from './calls.js';
import {
  type AttributeDefinition,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type GlobalSecondaryIndexDescription,
  type KeySchemaElement,
  ListTablesCommand,
  type LocalSecondaryIndexDescription,
  type Projection as SdkProjection,
  type TableDescription as SdkTable,
} from './sdk.js';
import type { Billing, IndexDescription, KeyAttribute, Projection, TableDescription } from './table-description.js';
import type { TableDirectory } from './table-reader.js';

/** Lists and describes the tables of the client's account and region; throws the codes of `wrapError`. */
export function tableDirectory(calls: DynamodbCalls): TableDirectory {
  return {
    async listTables(signal) {
      const names: string[] = [];
      let after: string | undefined;
      // Ends because DynamoDB goes on from the name it is given, and an account's tables are limited.
      do {
        const command = new ListTablesCommand(after === undefined ? {} : { ExclusiveStartTableName: after });
        const page = await calls.send(command, { signal });
        names.push(...(page.TableNames ?? []));
        after = page.LastEvaluatedTableName;
      } while (after !== undefined);
      // Names of tables are ASCII, so the order by code unit is the order by code point.
      return names.sort();
    },
    async describeTable(tableName, signal) {
      const command = new DescribeTableCommand({ TableName: tableName });
      const answer = await calls.send(command, { signal, tableName });
      if (answer.Table === undefined) throw incomplete(tableName, 'Table');
      return describedTable(answer.Table, tableName);
    },
    async timeToLiveAttribute(tableName, signal) {
      const command = new DescribeTimeToLiveCommand({ TableName: tableName });
      const answer = await calls.send(command, { signal, tableName });
      const { TimeToLiveStatus: status, AttributeName: attribute } = answer.TimeToLiveDescription ?? {};
      return status === 'ENABLED' || status === 'ENABLING' ? attribute : undefined;
    },
  };
}

/** DescribeTable's answer in the catalog's words. Throws DYNAMODB_FAILED when it has no key. */
export function describedTable(table: SdkTable, tableName: string): TableDescription {
  const attributes = table.AttributeDefinitions ?? [];
  const partitionKey = keysOf(table.KeySchema, 'HASH', attributes)[0];
  if (partitionKey === undefined) throw incomplete(tableName, 'KeySchema');
  return {
    name: table.TableName ?? tableName,
    arn: table.TableArn,
    status: table.TableStatus ?? 'ACTIVE',
    partitionKey,
    sortKey: keysOf(table.KeySchema, 'RANGE', attributes)[0],
    indexes: [
      ...(table.GlobalSecondaryIndexes ?? []).map((index) => globalIndex(index, attributes)),
      ...(table.LocalSecondaryIndexes ?? []).map((index) => localIndex(index, attributes)),
    ],
    itemCount: table.ItemCount ?? 0,
    sizeBytes: table.TableSizeBytes ?? 0,
    billing: billingOf(table),
    warmReadUnits: table.WarmThroughput?.ReadUnitsPerSecond,
    tableClass:
      table.TableClassSummary?.TableClass === 'STANDARD_INFREQUENT_ACCESS' ? 'STANDARD_INFREQUENT_ACCESS' : 'STANDARD',
  };
}

function globalIndex(
  index: GlobalSecondaryIndexDescription,
  attributes: readonly AttributeDefinition[],
): IndexDescription {
  return {
    ...indexFacts(index, attributes),
    kind: 'global',
    usable: index.IndexStatus === 'ACTIVE' && index.Backfilling !== true && hasKnownKeys(index),
  };
}

/** A local index is made with its table and kept with it, so it always holds what it should. */
function localIndex(
  index: LocalSecondaryIndexDescription,
  attributes: readonly AttributeDefinition[],
): IndexDescription {
  return { ...indexFacts(index, attributes), kind: 'local', usable: hasKnownKeys(index) };
}

/** An index of a kind that is not known may lack items for reasons that are not known either. */
function hasKnownKeys({ KeySchema: keys = [] }: Pick<GlobalSecondaryIndexDescription, 'KeySchema'>): boolean {
  const types = keys.map(({ KeyType }) => KeyType);
  return types.includes('HASH') && types.every((type) => type === 'HASH' || type === 'RANGE');
}

function indexFacts(
  index: GlobalSecondaryIndexDescription | LocalSecondaryIndexDescription,
  attributes: readonly AttributeDefinition[],
) {
  return {
    name: index.IndexName ?? '',
    partitionKeys: keysOf(index.KeySchema, 'HASH', attributes),
    sortKeys: keysOf(index.KeySchema, 'RANGE', attributes),
    projection: projectionOf(index.Projection),
    itemCount: index.ItemCount ?? 0,
    sizeBytes: index.IndexSizeBytes ?? 0,
  };
}

/** In the order of the key schema, which for a global index with several sort attributes is the order of its keys. */
function keysOf(
  schema: readonly KeySchemaElement[] | undefined,
  keyType: 'HASH' | 'RANGE',
  attributes: readonly AttributeDefinition[],
): KeyAttribute[] {
  return (schema ?? [])
    .filter((element) => element.KeyType === keyType)
    .map(({ AttributeName: name = '' }) => {
      const type = attributes.find((attribute) => attribute.AttributeName === name)?.AttributeType;
      return { name, type: type === 'N' || type === 'B' ? type : 'S' };
    });
}

/** A projection that is not told holds no more than the keys: the assumption that can never lose an attribute. */
function projectionOf(projection: SdkProjection | undefined): Projection {
  if (projection?.ProjectionType === 'ALL') return { kind: 'all' };
  if (projection?.ProjectionType !== 'INCLUDE') return { kind: 'keys-only' };
  return { kind: 'include', attributes: projection.NonKeyAttributes ?? [] };
}

/** The summary may be absent for a table that has always been provisioned, and one that is on demand reports 0 units. */
function billingOf(table: SdkTable): Billing {
  const readUnits = table.ProvisionedThroughput?.ReadCapacityUnits ?? 0;
  const writeUnits = table.ProvisionedThroughput?.WriteCapacityUnits ?? 0;
  const mode = table.BillingModeSummary?.BillingMode ?? (readUnits > 0 ? 'PROVISIONED' : 'PAY_PER_REQUEST');
  if (mode === 'PROVISIONED') return { mode: 'provisioned', readUnits, writeUnits };
  const limit = table.OnDemandThroughput?.MaxReadRequestUnits;
  return { mode: 'on-demand', maxReadUnits: limit !== undefined && limit >= 0 ? limit : undefined };
}

function incomplete(tableName: string, missing: string): HeadgateError {
  return new HeadgateError('DYNAMODB_FAILED', `The endpoint did not describe table "${tableName}" as DynamoDB does.`, {
    detail: `${missing} is missing in its answer.`,
    hint: 'Is the endpoint really DynamoDB?',
  });
}
