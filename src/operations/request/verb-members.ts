/**
 * The members of requests that are passed on, by the names of DynamoDB's API: what is not here is refused, because nobody has
 * said what it touches.
 */
export const VERB_MEMBERS: ReadonlyMap<string, ReadonlySet<string>> = members({
  GetItem:
    'TableName Key AttributesToGet ConsistentRead ReturnConsumedCapacity ProjectionExpression ExpressionAttributeNames',
  BatchGetItem: 'RequestItems ReturnConsumedCapacity',
  Query: `TableName IndexName Select AttributesToGet Limit ConsistentRead KeyConditions QueryFilter ConditionalOperator
    ScanIndexForward ExclusiveStartKey ReturnConsumedCapacity ProjectionExpression FilterExpression KeyConditionExpression
    ExpressionAttributeNames ExpressionAttributeValues`,
  Scan: `TableName IndexName AttributesToGet Limit Select ScanFilter ConditionalOperator ExclusiveStartKey
    ReturnConsumedCapacity TotalSegments Segment ProjectionExpression FilterExpression ExpressionAttributeNames
    ExpressionAttributeValues ConsistentRead`,
  TransactGetItems: 'TransactItems ReturnConsumedCapacity',
  PutItem: `TableName Item Expected ReturnValues ReturnConsumedCapacity ReturnItemCollectionMetrics ConditionalOperator
    ConditionExpression ExpressionAttributeNames ExpressionAttributeValues ReturnValuesOnConditionCheckFailure`,
  UpdateItem: `TableName Key AttributeUpdates Expected ConditionalOperator ReturnValues ReturnConsumedCapacity
    ReturnItemCollectionMetrics UpdateExpression ConditionExpression ExpressionAttributeNames ExpressionAttributeValues
    ReturnValuesOnConditionCheckFailure`,
  DeleteItem: `TableName Key Expected ConditionalOperator ReturnValues ReturnConsumedCapacity ReturnItemCollectionMetrics
    ConditionExpression ExpressionAttributeNames ExpressionAttributeValues ReturnValuesOnConditionCheckFailure`,
  BatchWriteItem: 'RequestItems ReturnConsumedCapacity ReturnItemCollectionMetrics',
  TransactWriteItems: 'TransactItems ReturnConsumedCapacity ReturnItemCollectionMetrics ClientRequestToken',
  ExecuteStatement:
    'Statement Parameters ConsistentRead NextToken ReturnConsumedCapacity Limit ReturnValuesOnConditionCheckFailure',
  BatchExecuteStatement: 'Statements ReturnConsumedCapacity',
  ExecuteTransaction: 'TransactStatements ClientRequestToken ReturnConsumedCapacity',
  CreateTable: `TableName AttributeDefinitions KeySchema LocalSecondaryIndexes GlobalSecondaryIndexes BillingMode
    ProvisionedThroughput StreamSpecification SSESpecification Tags TableClass DeletionProtectionEnabled WarmThroughput
    OnDemandThroughput`,
  UpdateTable: `TableName AttributeDefinitions BillingMode ProvisionedThroughput GlobalSecondaryIndexUpdates
    StreamSpecification SSESpecification TableClass DeletionProtectionEnabled OnDemandThroughput WarmThroughput`,
  DeleteTable: 'TableName',
  DescribeTable: 'TableName',
  ListTables: 'ExclusiveStartTableName Limit',
  DescribeTimeToLive: 'TableName',
  UpdateTimeToLive: 'TableName TimeToLiveSpecification',
  TagResource: 'ResourceArn Tags',
  UntagResource: 'ResourceArn TagKeys',
  ListTagsOfResource: 'ResourceArn NextToken',
  UpdateContinuousBackups: 'TableName PointInTimeRecoverySpecification',
});

/** The same of what requests hold: entries of batches and transactions. */
export const ENTRY_MEMBERS: ReadonlyMap<string, ReadonlySet<string>> = members({
  KeysAndAttributes: 'Keys AttributesToGet ConsistentRead ProjectionExpression ExpressionAttributeNames',
  Get: 'Key TableName ProjectionExpression ExpressionAttributeNames',
  PutRequest: 'Item',
  DeleteRequest: 'Key',
  ConditionCheck: `Key TableName ConditionExpression ExpressionAttributeNames ExpressionAttributeValues
    ReturnValuesOnConditionCheckFailure`,
  Put: `Item TableName ConditionExpression ExpressionAttributeNames ExpressionAttributeValues
    ReturnValuesOnConditionCheckFailure`,
  Update: `Key UpdateExpression TableName ConditionExpression ExpressionAttributeNames ExpressionAttributeValues
    ReturnValuesOnConditionCheckFailure`,
  Delete: `Key TableName ConditionExpression ExpressionAttributeNames ExpressionAttributeValues
    ReturnValuesOnConditionCheckFailure`,
  BatchStatement: 'Statement Parameters ConsistentRead ReturnValuesOnConditionCheckFailure',
  TransactStatement: 'Statement Parameters ReturnValuesOnConditionCheckFailure',
});

/** Members that DynamoDB knows and Headgate refuses, each with the reason that the caller is told. */
export const REFUSED_MEMBERS: ReadonlyMap<string, string> = new Map([
  ['ResourcePolicy', 'it would open the table to others past Headgate'],
  ['ReplicaUpdates', 'it would make tables in regions that are not the one of the schema'],
  ['GlobalTableWitnessUpdates', 'it would make tables in regions that are not the one of the schema'],
  ['GlobalTableSourceArn', 'it names a table that may be in another account or region'],
  ['GlobalTableSettingsReplicationMode', 'it is about tables in other accounts'],
  ['MultiRegionConsistency', 'it is about tables in other regions'],
  ['DisassociationProtectionEnabled', 'it is about tables in other accounts or regions'],
  ['VectorIndexes', 'the reading of vector indexes is not gated'],
  ['VectorIndexUpdates', 'the reading of vector indexes is not gated'],
]);

function members(lists: Readonly<Record<string, string>>): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(Object.entries(lists).map(([name, list]) => [name, new Set(list.split(/\s+/))]));
}
