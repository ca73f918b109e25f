import { asList, asObject, type JsonObject } from '../request/json-value.js';

/** What becomes of the items and values of a request or an answer; `at` is the path of each. */
export interface ValueMapping {
  item(item: unknown, at: string): unknown;
  value(value: unknown, at: string): unknown;
}

/**
 * A copy of a request or an answer of DynamoDB in which every item, key and value is mapped, wherever the API has them;
 * everything else is as it was. Throws REQUEST_INVALID where something is not of the form that the API has there.
 */
export function mapValues(object: JsonObject, mapping: ValueMapping, at = ''): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => {
      const map = MEMBERS.get(name);
      const path = at === '' ? name : `${at}.${name}`;
      return [name, map === undefined || value === null ? value : map(value, path, mapping)];
    }),
  );
}

type MapMember = (value: unknown, at: string, mapping: ValueMapping) => unknown;

const item: MapMember = (value, at, mapping) => mapping.item(value, at);
const value: MapMember = (each, at, mapping) => mapping.value(each, at);
const entry: MapMember = (each, at, mapping) => mapValues(asObject(each, at), mapping, at);

function list(map: MapMember): MapMember {
  return (values, at, mapping) => asList(values, at).map((each, index) => map(each, `${at}[${index}]`, mapping));
}

function byName(map: MapMember): MapMember {
  return (values, at, mapping) =>
    Object.fromEntries(
      Object.entries(asObject(values, at)).map(([name, each]) => [name, map(each, `${at}.${name}`, mapping)]),
    );
}

/** Lists, where the API has a list in one verb and something else in another. */
function listOr(map: MapMember, otherwise: MapMember): MapMember {
  const ofList = list(map);
  return (each, at, mapping) => (Array.isArray(each) ? ofList(each, at, mapping) : otherwise(each, at, mapping));
}

/** Expected, AttributeUpdates, KeyConditions and filters: by attribute, with Value or AttributeValueList inside. */
const condition: MapMember = (each, at, mapping) =>
  Object.fromEntries(
    Object.entries(asObject(each, at)).map(([name, inner]) => {
      if (name === 'Value') return [name, mapping.value(inner, `${at}.${name}`)];
      if (name === 'AttributeValueList') return [name, list(value)(inner, `${at}.${name}`, mapping)];
      return [name, inner];
    }),
  );

const MEMBERS: ReadonlyMap<string, MapMember> = new Map([
  ...['Item', 'Key', 'ExclusiveStartKey', 'LastEvaluatedKey', 'Attributes', 'ItemCollectionKey'].map(
    (name) => [name, item] as const,
  ),
  ...['Items', 'Keys'].map((name) => [name, list(item)] as const),
  ['ExpressionAttributeValues', byName(value)],
  ['Parameters', list(value)],
  ...['Expected', 'AttributeUpdates', 'KeyConditions', 'QueryFilter', 'ScanFilter'].map(
    (name) => [name, byName(condition)] as const,
  ),
  // By table: the entry of BatchGetItem, or the requests of BatchWriteItem.
  ...['RequestItems', 'UnprocessedKeys', 'UnprocessedItems'].map(
    (name) => [name, byName(listOr(entry, entry))] as const,
  ),
  ...['TransactItems', 'Statements', 'TransactStatements'].map((name) => [name, list(entry)] as const),
  // Of BatchGetItem items by table; of transactions and PartiQL one entry after the other.
  ['Responses', listOr(entry, byName(list(item)))],
  ['ItemCollectionMetrics', listOr(entry, (each, at, mapping) => collectionMetrics(each, at, mapping))],
  ...['Get', 'Put', 'Update', 'Delete', 'ConditionCheck', 'PutRequest', 'DeleteRequest', 'Error'].map(
    (name) => [name, entry] as const,
  ),
]);

/** Of one table, or of batches and transactions by table. */
function collectionMetrics(each: unknown, at: string, mapping: ValueMapping): unknown {
  const object = asObject(each, at);
  return 'ItemCollectionKey' in object ? entry(object, at, mapping) : byName(list(entry))(object, at, mapping);
}
