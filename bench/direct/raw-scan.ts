import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { DirectClient } from './json-client.js';

/** Items as JSON.parse gives them, still in DynamoDB's own JSON. */
export type ParsedItem = Readonly<Record<string, AttributeValue>>;

/** Every item of a Scan with the least that can be done: bytes, JSON.parse, next page. */
export async function rawScan(
  client: DirectClient,
  request: Readonly<Record<string, unknown>>,
  take: (item: ParsedItem) => void,
): Promise<void> {
  let next: unknown;
  do {
    const page = await client.ask('Scan', next === undefined ? request : { ...request, ExclusiveStartKey: next });
    // DynamoDB's answer has items of this form.
    for (const item of page.Items ?? []) take(item as ParsedItem);
    next = page.LastEvaluatedKey;
  } while (next !== undefined);
}
