import { type Json, keyText, objectOf, textOf } from './request-body.js';

/** The names of the top-level attributes that the expressions of a request speak of. */
export function attributesOf(body: Json): readonly string[] {
  const names = objectOf(body['ExpressionAttributeNames']) ?? {};
  const resolve = (name: string) => (name.startsWith('#') ? (textOf(names[name]) ?? name) : name);
  const inExpressions = EXPRESSIONS.flatMap((member) => namesIn(textOf(body[member]) ?? '')).map(resolve);
  // Older members, in place of expressions.
  const listed = Array.isArray(body['AttributesToGet'])
    ? body['AttributesToGet'].flatMap((name) => textOf(name) ?? [])
    : [];
  const asMembers = LEGACY.flatMap((member) => Object.keys(objectOf(body[member]) ?? {}));
  return [...new Set([...inExpressions, ...listed, ...asMembers])];
}

/** The value that the key condition of a Query asks of the partition key; undefined when it asks for another or for none. */
export function queriedKey(body: Json, partitionKey: string): string | undefined {
  const legacy = objectOf(objectOf(body['KeyConditions'])?.[partitionKey]);
  if (legacy !== undefined) {
    const values = Array.isArray(legacy['AttributeValueList']) ? legacy['AttributeValueList'] : [];
    return legacy['ComparisonOperator'] === 'EQ' ? keyText(values[0]) : undefined;
  }
  const names = objectOf(body['ExpressionAttributeNames']) ?? {};
  const values = objectOf(body['ExpressionAttributeValues']) ?? {};
  const condition = textOf(body['KeyConditionExpression']) ?? '';
  for (const [, left = '', right = ''] of condition.matchAll(EQUALITY)) {
    const [name, value] = left.startsWith(':') ? [right, left] : [left, right];
    if ((name.startsWith('#') ? names[name] : name) === partitionKey) return keyText(values[value]);
  }
  return undefined;
}

const EXPRESSIONS = [
  ...['ProjectionExpression', 'FilterExpression', 'KeyConditionExpression'],
  ...['ConditionExpression', 'UpdateExpression'],
];
const LEGACY = ['KeyConditions', 'QueryFilter', 'ScanFilter', 'Expected', 'AttributeUpdates'];
const EQUALITY = /([:#]?\w+)\s*=\s*([:#]?\w+)/g;
const WORDS: ReadonlySet<string> = new Set(['AND', 'OR', 'NOT', 'BETWEEN', 'IN', 'SET', 'REMOVE', 'ADD', 'DELETE']);

/** Names at the beginning of a path; no words of the language, no functions, no values, no members further down. */
function namesIn(expression: string): readonly string[] {
  return [...expression.matchAll(/(?<![\w.#:])(#?[A-Za-z_]\w*|#\w+)(?!\w)(?!\s*\()/g)]
    .map(([name]) => name)
    .filter((name) => !WORDS.has(name.toUpperCase()));
}
