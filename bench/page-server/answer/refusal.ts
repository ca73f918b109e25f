/** An answer that is an error of DynamoDB: HTTP 400 with its `__type`. */
export class Refusal extends Error {
  constructor(
    readonly type: string,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

export function invalid(message: string): Refusal {
  return new Refusal('com.amazon.coral.validate#ValidationException', message);
}

export function notFound(table: string): Refusal {
  return new Refusal(
    'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException',
    `Requested resource not found: Table: ${table} not found`,
  );
}
