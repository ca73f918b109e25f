import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/**
 * An item as a plain object: the work of `unmarshall` of `@aws-sdk/util-dynamodb` with its default options, and a little less
 * than that, so that what is compared with it is not flattered.
 */
export function unmarshall(item: Readonly<Record<string, AttributeValue>>): Record<string, unknown> {
  const plain: Record<string, unknown> = {};
  for (const name in item) plain[name] = plainValue(item[name]);
  return plain;
}

function plainValue(value: AttributeValue | undefined): unknown {
  if (value === undefined || value.NULL !== undefined) return null;
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return plainNumber(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.M !== undefined) return unmarshall(value.M);
  if (value.L !== undefined) return value.L.map(plainValue);
  if (value.B !== undefined) return value.B;
  if (value.NS !== undefined) return new Set(value.NS.map(plainNumber));
  return new Set<unknown>(value.SS ?? value.BS ?? []);
}

function plainNumber(text: string): number | bigint {
  const number = Number(text);
  return Math.abs(number) > Number.MAX_SAFE_INTEGER ? BigInt(text) : number;
}
