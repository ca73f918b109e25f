import { type DirectClient, unitsOfAnswer } from './json-client.js';

type Members = Readonly<Record<string, unknown>>;

/** Calls of DynamoDB written by hand, with what they cost together. */
export class Hand {
  units = 0;
  requests = 0;

  constructor(private readonly client: DirectClient) {}

  /** All pages of a Query; with `take` only the first page of so many items. Returns the number of items. */
  async query(table: string, condition: string, options: HandOptions): Promise<Items> {
    return await this.paged(
      'Query',
      { TableName: table, KeyConditionExpression: condition, ...membersOf(options) },
      options,
    );
  }

  async scan(table: string, options: HandOptions = {}): Promise<Items> {
    return await this.paged('Scan', { TableName: table, ...membersOf(options) }, options);
  }

  /** By whole keys, in batches of a hundred. */
  async get(table: string, keys: readonly Members[]): Promise<Items> {
    const items: Members[] = [];
    for (let from = 0; from < keys.length; from += 100) {
      const RequestItems = { [table]: { Keys: keys.slice(from, from + 100) } };
      const answer = await this.client.ask('BatchGetItem', { RequestItems, ReturnConsumedCapacity: 'TOTAL' });
      this.count(unitsOfAnswer(answer));
      items.push(...(answer.Responses?.[table] ?? []));
    }
    return items;
  }

  private async paged(operation: string, request: Members, { take }: HandOptions): Promise<Items> {
    const items: Members[] = [];
    let next: unknown;
    do {
      const from = next === undefined ? {} : { ExclusiveStartKey: next };
      const answer = await this.client.ask(operation, { ...request, ...from, ReturnConsumedCapacity: 'TOTAL' });
      this.count(unitsOfAnswer(answer));
      items.push(...(answer.Items ?? []));
      next = answer.LastEvaluatedKey;
    } while (next !== undefined && take === undefined);
    return items;
  }

  private count(units: number): void {
    this.units += units;
    this.requests += 1;
  }
}

/** Items in DynamoDB JSON. */
export type Items = readonly Members[];

export interface HandOptions {
  readonly index?: string;
  /** Values of `:a`, `:b`, ... in that order: text as text, numbers as numbers. */
  readonly values?: readonly (string | number)[];
  readonly filter?: string;
  /** From the end of the range. */
  readonly backward?: boolean;
  readonly take?: number;
}

/** Names of attributes that are words of DynamoDB, which may stand in conditions as `#status` and so on. */
const RESERVED = ['status', 'region', 'day'];

function membersOf({ index, values = [], filter, backward, take }: HandOptions): Members {
  const written = values.map((value, i) => [
    `:${String.fromCharCode(97 + i)}`,
    typeof value === 'number' ? { N: String(value) } : { S: value },
  ]);
  return {
    ExpressionAttributeNames: Object.fromEntries(RESERVED.map((name) => [`#${name}`, name])),
    ...(written.length > 0 && { ExpressionAttributeValues: Object.fromEntries(written) }),
    ...(index !== undefined && { IndexName: index }),
    ...(filter !== undefined && { FilterExpression: filter }),
    ...(backward && { ScanIndexForward: false }),
    ...(take !== undefined && { Limit: take }),
  };
}
