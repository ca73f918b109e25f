import { AwsFault } from '../aws-fault.js';
import { attributesOf, queriedKey } from './expression-attributes.js';
import { type Need, NO_ITEMS, type Target, type Touches } from './need.js';
import { partiqlNeed } from './partiql-need.js';
import { type Json, keyText, listOf, objectOf, requireObject, requireText, textOf } from './request-body.js';

/**
 * What a call needs, all of it; in the order of its entries, which is the order in which it is refused. Throws the faults
 * UnknownOperationException, ValidationException and SerializationException for what cannot be understood.
 */
export function verbNeeds(verb: string, body: Json): readonly Need[] {
  const needs = VERBS.get(verb)?.(body, verb);
  if (needs === undefined) throw new AwsFault('UnknownOperationException', '');
  if (needs.length > 0) return needs;
  throw new AwsFault('ValidationException', `${verb} names no table.`);
}

type NeedsOf = (body: Json, verb: string) => readonly Need[];

const VERBS: ReadonlyMap<string, NeedsOf> = new Map<string, NeedsOf>([
  ...verbs(['GetItem'], (body, verb) => [onItems(verb, body, { ...keyed(body['Key']), select: selectOf(body) })]),
  ...verbs(['PutItem'], (body, verb) => [onItems(verb, body, keyed(body['Item']))]),
  ...verbs(['UpdateItem', 'DeleteItem'], (body, verb) => [onItems(verb, body, keyed(body['Key']))]),
  ...verbs(['Query'], (body, verb) => [onItems(verb, body, { leadingKeys: queried(body), select: selectOf(body) })]),
  ...verbs(['Scan'], (body, verb) => [onItems(verb, body, { leadingKeys: () => undefined, select: selectOf(body) })]),
  ...verbs(['BatchGetItem'], (body, verb) =>
    requestItems(body).map(([table, request]) => {
      const keys = listOf(requireObject(request)['Keys']);
      return onTable(verb, table, {
        ...itemTouches(requireObject(request), keys),
        select: selectOf(requireObject(request)),
      });
    }),
  ),
  ...verbs(['BatchWriteItem'], (body, verb) =>
    requestItems(body).map(([table, entries]) =>
      onTable(verb, table, itemTouches({}, listOf(entries).map(writtenItem))),
    ),
  ),
  ...verbs(['TransactGetItems', 'TransactWriteItems'], (body, verb) =>
    listOf(body['TransactItems']).map((entry) => transactNeed(requireObject(entry), verb)),
  ),
  ...verbs(['ExecuteStatement'], (body) => [partiqlNeed(requireText(body, 'Statement'), body['Parameters'])]),
  ...verbs(['BatchExecuteStatement'], (body) => listOf(body['Statements']).map(statementNeed)),
  ...verbs(['ExecuteTransaction'], (body, verb) =>
    listOf(body['TransactStatements'])
      .map(statementNeed)
      .map((need) => ({ ...need, touches: { ...need.touches, enclosingOperation: verb } })),
  ),
  ...verbs(['ListTables', 'DescribeLimits', 'DescribeEndpoints'], (_body, verb) => [
    { action: `dynamodb:${verb}`, target: { kind: 'everything' }, touches: NO_ITEMS },
  ]),
  ...verbs(['ListTagsOfResource', 'TagResource', 'UntagResource'], (body, verb) => [
    { action: `dynamodb:${verb}`, target: targetOf(requireText(body, 'ResourceArn')), touches: NO_ITEMS },
  ]),
  ...verbs(['CreateTable'], (body, verb) => {
    const table = requireText(body, 'TableName');
    const tagged = listOf(body['Tags']).length > 0 ? [onTable('TagResource', table, NO_ITEMS)] : [];
    return [onTable(verb, table, NO_ITEMS), ...tagged];
  }),
  ...verbs(
    [
      ...['DescribeTable', 'UpdateTable', 'DeleteTable', 'DescribeTimeToLive', 'UpdateTimeToLive'],
      ...['DescribeContinuousBackups', 'UpdateContinuousBackups'],
    ],
    (body, verb) => [onTable(verb, requireText(body, 'TableName'), NO_ITEMS)],
  ),
]);

/** Entries of a transaction, by the member that says what one does, and the action that this needs. */
const TRANSACT_ACTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  TransactGetItems: { Get: 'GetItem' },
  TransactWriteItems: {
    Put: 'PutItem',
    Update: 'UpdateItem',
    Delete: 'DeleteItem',
    ConditionCheck: 'ConditionCheckItem',
  },
};

function verbs(names: readonly string[], needsOf: NeedsOf): [string, NeedsOf][] {
  return names.map((name) => [name, needsOf]);
}

function onTable(verb: string, table: string, touches: Touches, index?: string): Need {
  return { action: `dynamodb:${verb}`, target: targetOf(table, index), touches };
}

function onItems(verb: string, body: Json, touches: Omit<Touches, 'attributes'> & Partial<Touches>): Need {
  const attributes = [...new Set([...(touches.attributes ?? []), ...attributesOf(body)])];
  const all = { ...touches, attributes, returnValues: textOf(body['ReturnValues']) };
  return onTable(verb, requireText(body, 'TableName'), all, textOf(body['IndexName']));
}

/** Everything that is no name of a table can only be an ARN: DynamoDB takes either. */
function targetOf(table: string, index?: string): Target {
  if (!table.startsWith('arn:')) return { kind: 'table', table, index };
  return { kind: 'arn', arn: index === undefined ? table : `${table}/index/${index}` };
}

/** The attributes and the key of one item, or of its key alone. */
function keyed(item: unknown): Pick<Touches, 'attributes' | 'leadingKeys'> {
  return itemTouches({}, [item]);
}

function itemTouches(body: Json, items: readonly unknown[]): Touches {
  const written = items.flatMap((item) => Object.keys(objectOf(item) ?? {}));
  return {
    attributes: [...new Set([...written, ...attributesOf(body)])],
    leadingKeys: (partitionKey) => items.flatMap((item) => keyText(objectOf(item)?.[partitionKey]) ?? []),
  };
}

function queried(body: Json): Touches['leadingKeys'] {
  return (partitionKey) => {
    const key = queriedKey(body, partitionKey);
    return key === undefined ? undefined : [key];
  };
}

/** What the call returns, said or not. */
function selectOf(body: Json): string {
  const said = textOf(body['Select']);
  if (said !== undefined) return said;
  if (body['ProjectionExpression'] !== undefined || body['AttributesToGet'] !== undefined) return 'SPECIFIC_ATTRIBUTES';
  return body['IndexName'] === undefined ? 'ALL_ATTRIBUTES' : 'ALL_PROJECTED_ATTRIBUTES';
}

function requestItems(body: Json): readonly (readonly [string, unknown])[] {
  return Object.entries(requireObject(body['RequestItems'] ?? {}));
}

function writtenItem(entry: unknown): unknown {
  const { PutRequest, DeleteRequest } = requireObject(entry);
  return objectOf(PutRequest)?.['Item'] ?? objectOf(DeleteRequest)?.['Key'];
}

function transactNeed(entry: Json, verb: string): Need {
  const members = Object.entries(entry).filter(([, value]) => value !== null);
  const [member, ...others] = members;
  const action = member === undefined ? undefined : TRANSACT_ACTIONS[verb]?.[member[0]];
  if (member === undefined || action === undefined || others.length > 0) {
    throw new AwsFault('ValidationException', 'TransactItems can only contain one of Check, Put, Update or Delete');
  }
  const part = requireObject(member[1]);
  const touches = { ...keyed(part['Item'] ?? part['Key']), enclosingOperation: verb };
  return onItems(action, part, action === 'GetItem' ? { ...touches, select: selectOf(part) } : touches);
}

function statementNeed(entry: unknown): Need {
  const statement = requireObject(entry);
  return partiqlNeed(requireText(statement, 'Statement'), statement['Parameters']);
}
