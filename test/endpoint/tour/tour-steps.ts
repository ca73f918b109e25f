/** One call of DynamoDB, with its parameters as they go over the wire; binary is base64. */
export interface TourStep {
  readonly verb: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** The error that it ends with, by its name; undefined where it succeeds. */
  readonly fails?: string;
  /** Whether Headgate refuses it by itself: then the type of the error is DynamoDB's, and its words are not. */
  readonly refusedHere?: boolean;
}

const ORDERS = 'tour.orders';
const NOTES = 'tour-notes';
/** As the embedded DynamoDB has it; one of another account or region is refused. */
const ARN = `arn:aws:dynamodb:dynoxide:000000000000:table/${ORDERS}`;

const ORDER = {
  customer: { S: 'ann' },
  placed: { N: '1' },
  exact: { N: '12345678901234567890123456789012345678' },
  paid: { BOOL: true },
  coupon: { NULL: true },
  photo: { B: 'AAEC/w==' },
  tags: { SS: ['new', 'süß'] },
  ratings: { NS: ['1', '2.5'] },
  keys: { BS: ['AQI='] },
  lines: { L: [{ M: { sku: { S: 'a' }, quantity: { N: '2' } } }, { S: '' }] },
  address: { M: { city: { S: '東京' }, geo: { M: { lat: { N: '35.6' } } } } },
};

function order(customer: string, placed: number, total: string) {
  return { customer: { S: customer }, placed: { N: String(placed) }, total: { N: total }, status: { S: 'open' } };
}

/** Every verb at least once, in an order in which each finds what it needs, and the errors that programs rely on. */
export const TOUR: readonly TourStep[] = [
  { verb: 'ListTables', input: {} },
  {
    verb: 'CreateTable',
    input: {
      TableName: ORDERS,
      AttributeDefinitions: [
        { AttributeName: 'customer', AttributeType: 'S' },
        { AttributeName: 'placed', AttributeType: 'N' },
        { AttributeName: 'status', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'customer', KeyType: 'HASH' },
        { AttributeName: 'placed', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by_status',
          KeySchema: [{ AttributeName: 'status', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['total'] },
        },
      ],
      BillingMode: 'PAY_PER_REQUEST',
      Tags: [{ Key: 'team', Value: 'shop' }],
    },
  },
  {
    verb: 'CreateTable',
    input: {
      TableName: NOTES,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
    },
  },
  {
    verb: 'CreateTable',
    input: {
      TableName: NOTES,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    },
    fails: 'ResourceInUseException',
  },
  { verb: 'ListTables', input: { Limit: 1 } },
  { verb: 'DescribeTable', input: { TableName: ORDERS } },
  { verb: 'DescribeTable', input: { TableName: 'absent' }, fails: 'ResourceNotFoundException' },
  { verb: 'UpdateTable', input: { TableName: NOTES, BillingMode: 'PAY_PER_REQUEST' } },
  {
    verb: 'UpdateTimeToLive',
    input: { TableName: ORDERS, TimeToLiveSpecification: { Enabled: true, AttributeName: 'expires' } },
  },
  { verb: 'DescribeTimeToLive', input: { TableName: ORDERS } },
  { verb: 'TagResource', input: { ResourceArn: ARN, Tags: [{ Key: 'stage', Value: 'test' }] } },
  { verb: 'ListTagsOfResource', input: { ResourceArn: ARN } },
  { verb: 'UntagResource', input: { ResourceArn: ARN, TagKeys: ['team'] } },
  {
    verb: 'UpdateContinuousBackups',
    input: { TableName: ORDERS, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } },
    // Amazon's own knows it; the embedded one does not, and what it says is relayed like everything else.
    fails: 'UnknownOperationException',
  },

  { verb: 'PutItem', input: { TableName: ORDERS, Item: ORDER, ReturnConsumedCapacity: 'TOTAL' } },
  {
    verb: 'PutItem',
    input: { TableName: ORDERS, Item: ORDER, ConditionExpression: 'attribute_not_exists(customer)' },
    fails: 'ConditionalCheckFailedException',
  },
  { verb: 'PutItem', input: { TableName: ORDERS, Item: { customer: { S: 'x' } } }, fails: 'ValidationException' },
  { verb: 'GetItem', input: { TableName: ORDERS, Key: { customer: { S: 'ann' }, placed: { N: '1' } } } },
  {
    verb: 'GetItem',
    input: {
      TableName: ORDERS,
      Key: { customer: { S: 'ann' }, placed: { N: '1' } },
      ConsistentRead: true,
      ProjectionExpression: '#a.city, #l[0].sku',
      ExpressionAttributeNames: { '#a': 'address', '#l': 'lines' },
      ReturnConsumedCapacity: 'TOTAL',
    },
  },
  { verb: 'GetItem', input: { TableName: ORDERS, Key: { customer: { S: 'nobody' }, placed: { N: '1' } } } },
  {
    verb: 'UpdateItem',
    input: {
      TableName: ORDERS,
      Key: { customer: { S: 'ann' }, placed: { N: '1' } },
      UpdateExpression: 'SET #s = :s ADD visits :one REMOVE coupon DELETE tags :new',
      ExpressionAttributeNames: { '#s': 'status' },
      ExpressionAttributeValues: { ':s': { S: 'open' }, ':one': { N: '1' }, ':new': { SS: ['new'] } },
      ReturnValues: 'ALL_NEW',
    },
  },
  {
    verb: 'BatchWriteItem',
    input: {
      RequestItems: {
        [ORDERS]: [
          { PutRequest: { Item: order('bob', 1, '10.50') } },
          { PutRequest: { Item: order('bob', 2, '-0.5') } },
          { PutRequest: { Item: order('bob', 3, '1e3') } },
          { DeleteRequest: { Key: { customer: { S: 'nobody' }, placed: { N: '1' } } } },
        ],
        [NOTES]: [{ PutRequest: { Item: { id: { S: 'n1' }, text: { S: 'remember' } } } }],
      },
    },
  },
  {
    verb: 'BatchGetItem',
    input: {
      RequestItems: {
        [ORDERS]: { Keys: [{ customer: { S: 'bob' }, placed: { N: '2' } }] },
        [NOTES]: { Keys: [{ id: { S: 'n1' } }], ProjectionExpression: 'id' },
      },
    },
  },
  {
    verb: 'Query',
    input: {
      TableName: ORDERS,
      KeyConditionExpression: 'customer = :c AND placed BETWEEN :from AND :to',
      FilterExpression: '#t > :t',
      ExpressionAttributeNames: { '#t': 'total' },
      ExpressionAttributeValues: { ':c': { S: 'bob' }, ':from': { N: '1' }, ':to': { N: '3' }, ':t': { N: '0' } },
      ScanIndexForward: false,
      ReturnConsumedCapacity: 'INDEXES',
    },
  },
  {
    verb: 'Query',
    input: {
      TableName: ORDERS,
      IndexName: 'by_status',
      KeyConditionExpression: '#s = :s',
      ExpressionAttributeNames: { '#s': 'status' },
      ExpressionAttributeValues: { ':s': { S: 'open' } },
      Select: 'COUNT',
    },
  },
  {
    verb: 'Query',
    input: {
      TableName: ORDERS,
      KeyConditionExpression: 'customer = :c',
      ExpressionAttributeValues: { ':c': { S: 'bob' } },
      Limit: 2,
    },
  },
  {
    verb: 'Query',
    input: { TableName: ORDERS, KeyConditionExpression: 'customer = :c' },
    fails: 'ValidationException',
  },
  { verb: 'Scan', input: { TableName: NOTES } },
  { verb: 'Scan', input: { TableName: ORDERS, Segment: 0, TotalSegments: 2, Select: 'COUNT' } },
  {
    verb: 'TransactGetItems',
    input: {
      TransactItems: [
        { Get: { TableName: NOTES, Key: { id: { S: 'n1' } } } },
        { Get: { TableName: ORDERS, Key: { customer: { S: 'bob' }, placed: { N: '1' } } } },
      ],
    },
  },
  {
    verb: 'TransactWriteItems',
    input: {
      ClientRequestToken: 'tour-1',
      TransactItems: [
        { Put: { TableName: NOTES, Item: { id: { S: 'n2' } } } },
        {
          Update: {
            TableName: ORDERS,
            Key: { customer: { S: 'bob' }, placed: { N: '1' } },
            UpdateExpression: 'SET #t = #t + :t',
            ExpressionAttributeNames: { '#t': 'total' },
            ExpressionAttributeValues: { ':t': { N: '1' } },
          },
        },
        { Delete: { TableName: ORDERS, Key: { customer: { S: 'bob' }, placed: { N: '3' } } } },
        {
          ConditionCheck: {
            TableName: NOTES,
            Key: { id: { S: 'n1' } },
            ConditionExpression: 'attribute_exists(id)',
          },
        },
      ],
    },
  },
  {
    verb: 'TransactWriteItems',
    input: {
      ClientRequestToken: 'tour-2',
      TransactItems: [
        {
          Put: {
            TableName: NOTES,
            Item: { id: { S: 'n1' } },
            ConditionExpression: 'attribute_not_exists(id)',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          },
        },
        { Delete: { TableName: NOTES, Key: { id: { S: 'n2' } } } },
      ],
    },
    fails: 'TransactionCanceledException',
  },
  {
    verb: 'ExecuteStatement',
    input: { Statement: `INSERT INTO "${NOTES}" VALUE {'id': ?, 'text': 'by PartiQL'}`, Parameters: [{ S: 'n3' }] },
  },
  {
    verb: 'ExecuteStatement',
    input: { Statement: `SELECT * FROM "${NOTES}" WHERE id = ?`, Parameters: [{ S: 'n3' }] },
  },
  { verb: 'ExecuteStatement', input: { Statement: 'SELEKT' }, fails: 'ValidationException', refusedHere: true },
  {
    verb: 'BatchExecuteStatement',
    input: {
      Statements: [
        { Statement: `SELECT * FROM "${NOTES}" WHERE id = 'n1'` },
        { Statement: `SELECT * FROM "${NOTES}" WHERE id = 'nobody'` },
      ],
    },
  },
  {
    // One entry fails by itself, as DynamoDB does it; one that names a table that is not there fails the whole call here.
    verb: 'BatchExecuteStatement',
    input: {
      Statements: [
        { Statement: `UPDATE "${NOTES}" SET text = 'again' WHERE id = 'n1'` },
        { Statement: `INSERT INTO "${NOTES}" VALUE {'id': 'n3'}` },
      ],
    },
  },
  {
    verb: 'ExecuteTransaction',
    input: {
      ClientRequestToken: 'tour-3',
      TransactStatements: [
        { Statement: `UPDATE "${NOTES}" SET text = 'changed' WHERE id = 'n1'` },
        { Statement: `DELETE FROM "${NOTES}" WHERE id = 'n3'` },
      ],
    },
  },
  {
    verb: 'DeleteItem',
    input: { TableName: NOTES, Key: { id: { S: 'n1' } }, ReturnValues: 'ALL_OLD' },
  },
  { verb: 'Scan', input: { TableName: NOTES } },
  { verb: 'DeleteTable', input: { TableName: ORDERS } },
  { verb: 'DeleteTable', input: { TableName: ORDERS }, fails: 'ResourceNotFoundException' },
];
