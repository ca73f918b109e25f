import type { ServedTable } from '../tables/entries.js';
import type { Throttle, ThrottleReason } from '../throttle.js';
import { consumedCapacity } from './capacity.js';
import { describeTable, tableArn } from './describe.js';
import { BATCH_BYTES, getBatch, getItem } from './get-items.js';
import { type Answer, query, scan } from './read-items.js';
import { invalid, notFound, Refusal } from './refusal.js';
import type { ReadRequest } from './request.js';

export interface OperationsOptions {
  readonly tables: readonly ServedTable[];
  readonly throttle: Throttle;
}

/** Answers the operations of DynamoDB that read, by name. What they refuse they throw as a `Refusal`. */
export class Operations {
  private readonly tables: ReadonlyMap<string, ServedTable>;
  private readonly throttle: Throttle;

  constructor({ tables, throttle }: OperationsOptions) {
    this.tables = new Map(tables.map((table) => [table.definition.name, table]));
    this.throttle = throttle;
  }

  /** The body of the answer, in parts. `body` is the request's own, JSON text. */
  answer(operation: string, body: string): readonly Buffer[] {
    // The client is the AWS SDK or ours, and what it sends is a request of this operation.
    const request = JSON.parse(body === '' ? '{}' : body) as ReadRequest & BatchRequest;
    switch (operation) {
      case 'Scan':
        return this.read(request, scan);
      case 'Query':
        return this.read(request, query);
      case 'GetItem':
        return this.read(request, getItem);
      case 'BatchGetItem':
        return this.batch(request);
      case 'DescribeTable':
        return json(describeTable(this.table(request.TableName)));
      case 'DescribeTimeToLive':
        return json({ TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' } });
      case 'ListTables':
        return json({ TableNames: [...this.tables.keys()].sort() });
      default:
        throw new Refusal(
          'com.amazon.coral.service#UnknownOperationException',
          `The page server does not do ${operation}`,
        );
    }
  }

  private read(
    request: ReadRequest,
    operation: (table: ServedTable, request: ReadRequest) => Answer,
  ): readonly Buffer[] {
    const { body, units, place } = operation(this.table(request.TableName), request);
    const reason = this.throttle.refusal(request.TableName, place);
    if (reason !== undefined) throw throttled(request.TableName, reason);
    this.throttle.spend(request.TableName, place, units);
    return body;
  }

  /** Keys that are throttled or do not fit stay unprocessed; the request fails only when all of them are throttled. */
  private batch({ RequestItems: wanted, ReturnConsumedCapacity: detail }: BatchRequest): readonly Buffer[] {
    const keyCount = Object.values(wanted).reduce((sum, { Keys: keys = [] }) => sum + keys.length, 0);
    if (keyCount > 100) throw invalid('Too many items requested for the BatchGetItem call');
    let bytes = BATCH_BYTES;
    let reason: ThrottleReason | undefined;
    const parts = Object.entries(wanted).map(([name, part]) => {
      const admit = (place: number, units: number) => {
        const refused = this.throttle.refusal(name, place);
        reason ??= refused;
        if (refused === undefined) this.throttle.spend(name, place, units);
        return refused === undefined;
      };
      const read = getBatch(this.table(name), part, { bytes, admit });
      bytes -= read.bytes;
      return { name, part, ...read };
    });
    const [first] = parts;
    const left = parts.reduce((sum, { unprocessed }) => sum + unprocessed.length, 0);
    if (first !== undefined && reason !== undefined && left === keyCount) throw throttled(first.name, reason);
    const unprocessed = parts.filter((part) => part.unprocessed.length > 0);
    return json({
      Responses: Object.fromEntries(parts.map(({ name, items }) => [name, items])),
      UnprocessedKeys: Object.fromEntries(
        unprocessed.map(({ name, part, unprocessed: Keys }) => [name, { ...part, Keys }]),
      ),
      ...(detail !== undefined && {
        ConsumedCapacity: parts.map(({ name, units }) => consumedCapacity({ table: name, tableUnits: units }, detail)),
      }),
    });
  }

  private table(name: string): ServedTable {
    const table = this.tables.get(name);
    if (table === undefined) throw notFound(name);
    return table;
  }
}

interface BatchRequest {
  readonly RequestItems: Readonly<Record<string, Omit<ReadRequest, 'TableName'>>>;
  readonly ReturnConsumedCapacity?: string;
}

function json(value: unknown): readonly Buffer[] {
  return [Buffer.from(JSON.stringify(value))];
}

/** With the reasons that DynamoDB gives since 2025, which tell a hot partition from a table that is read too fast. */
function throttled(table: string, reason: ThrottleReason): Refusal {
  const code =
    reason === 'partition' ? 'TableReadKeyRangeThroughputExceeded' : 'TableReadMaxOnDemandThroughputExceeded';
  return new Refusal(
    'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
    `Throughput exceeds the current capacity of your table: ${code}`,
    { ThrottlingReasons: [{ reason: code, resource: tableArn(table) }] },
  );
}
