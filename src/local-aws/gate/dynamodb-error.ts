import type { AwsFault } from '../aws-fault.js';

/** A refusal as DynamoDB sends it: JSON with the code in the namespace of the layer that refuses. */
export function dynamodbError({ code, message }: AwsFault): string {
  const type = `${NAMESPACES[code] ?? 'com.amazon.coral.service'}#${code}`;
  if (message === '') return JSON.stringify({ __type: type });
  // AWS itself writes the member in both ways.
  return JSON.stringify({ __type: type, [code === 'AccessDeniedException' ? 'Message' : 'message']: message });
}

const NAMESPACES: Readonly<Record<string, string>> = {
  ValidationException: 'com.amazon.coral.validate',
  ResourceNotFoundException: 'com.amazonaws.dynamodb.v20120810',
  LimitExceededException: 'com.amazonaws.dynamodb.v20120810',
  InternalServerError: 'com.amazonaws.dynamodb.v20120810',
};
