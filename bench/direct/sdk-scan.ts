import { type DynamoDBClient, paginateScan, type ScanCommandInput } from '@aws-sdk/client-dynamodb';
import { unmarshall } from './unmarshall.js';

/** Every item of a Scan as a plain object, as the SDK's users do it. */
export async function sdkScan(
  client: DynamoDBClient,
  request: ScanCommandInput,
  take: (item: Record<string, unknown>) => void,
): Promise<void> {
  for await (const page of paginateScan({ client }, request)) {
    for (const item of page.Items ?? []) take(unmarshall(item));
  }
}
