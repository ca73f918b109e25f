import type { AttributeValue, Item } from '../../../src/dynamodb/attribute-value.js';
import { parseCondition, parseProjection } from '../expression/parse-condition.js';
import type { Shape } from '../tables/entries.js';

/** What the requests have in common, as they come: nothing is checked that a right client does not do wrong. */
export interface ReadRequest {
  readonly TableName: string;
  readonly IndexName?: string;
  readonly ConsistentRead?: boolean;
  readonly ProjectionExpression?: string;
  readonly FilterExpression?: string;
  readonly KeyConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, AttributeValue>>;
  readonly ExclusiveStartKey?: Item;
  readonly Limit?: number;
  readonly Select?: string;
  readonly Segment?: number;
  readonly TotalSegments?: number;
  readonly ScanIndexForward?: boolean;
  readonly Key?: Item;
  readonly Keys?: readonly Item[];
  readonly ReturnConsumedCapacity?: string;
}

/** What the request wants to see of the items. */
export function shapeOf(request: Omit<ReadRequest, 'TableName'>): Shape {
  const { ProjectionExpression, FilterExpression } = request;
  const { names } = placeholdersOf(request);
  return {
    projection: ProjectionExpression === undefined ? undefined : parseProjection(ProjectionExpression, names),
    filter: FilterExpression === undefined ? undefined : parseCondition(FilterExpression, placeholdersOf(request)),
  };
}

export function placeholdersOf(request: Omit<ReadRequest, 'TableName'>) {
  return { names: request.ExpressionAttributeNames ?? {}, values: request.ExpressionAttributeValues ?? {} };
}
