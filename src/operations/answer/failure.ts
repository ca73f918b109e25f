import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { ErrorCode } from '../../base/errors/registry.js';
import { errorTypeOf, type RawAnswer } from '../../dynamodb/raw-call.js';

/** The code of Headgate for an answer that is an error of DynamoDB; undefined for one that is not. */
export function failureOf(answer: RawAnswer): ErrorCode | undefined {
  if (answer.status === 200) return undefined;
  if (answer.status >= 500) return 'DYNAMODB_FAILED';
  const type = errorTypeOf(answer) ?? '';
  if (type === 'AccessDeniedException') return 'AWS_ACCESS_DENIED';
  if (type === 'ResourceNotFoundException') return 'TABLE_NOT_FOUND';
  return THROTTLED.has(type) ? 'DYNAMODB_THROTTLED' : 'DYNAMODB_REJECTED';
}

/** Refusals for throughput: nothing of the call was done. */
const THROTTLED: ReadonlySet<string> = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
]);

/** Throws for an answer that is an error: in DynamoDB's own words, with one sentence of advice. */
export function throwFailure(answer: RawAnswer): void {
  const code = failureOf(answer);
  if (code === undefined) return;
  const type = errorTypeOf(answer) ?? `HTTP status ${answer.status}`;
  const hint = ADVICE.get(type);
  const reasons = cancellations(answer);
  throw new HeadgateError(code, `${type}: ${textOf(answer, 'message') ?? textOf(answer, 'Message') ?? 'no message'}`, {
    ...(reasons === '' ? {} : { detail: reasons }),
    ...(hint === undefined ? {} : { hint }),
  });
}

const ADVICE: ReadonlyMap<string, string> = new Map([
  ['ConditionalCheckFailedException', 'The item is not as the condition wants it; nothing was changed.'],
  [
    'TransactionCanceledException',
    'Nothing of the transaction was done; the reasons are those of its entries, in order.',
  ],
  ['TransactionConflictException', 'Another transaction works on the item: try again.'],
  ['TransactionInProgressException', 'The same transaction is under way: try again with the same token.'],
  ['IdempotentParameterMismatchException', 'The token was used for another request: use a new one.'],
  ['ItemCollectionSizeLimitExceededException', 'A partition key of a table with local indexes holds at most 10 GB.'],
  ['ProvisionedThroughputExceededException', 'Try again later, or raise the capacity of the table.'],
  ['ThrottlingException', 'Try again later, or raise the capacity of the table.'],
  ['RequestLimitExceeded', 'Try again later: the account is at its limit.'],
  [
    'ResourceInUseException',
    'The table is there already, or is being made or changed: see its status by DescribeTable.',
  ],
  ['LimitExceededException', 'Too many tables or indexes are being changed at once: try again when they are done.'],
  ['AccessDeniedException', 'The IAM role or user of the schema must allow this action on the table and its indexes.'],
  ['ValidationException', 'Check the request against the keys and indexes of the table.'],
  ['DuplicateItemException', 'An item of that key is there: use UPDATE, or another key.'],
]);

function textOf(answer: RawAnswer, name: string): string | undefined {
  const value = memberOf(answer, name);
  return typeof value === 'string' ? value : undefined;
}

/** `[0] None, [1] ConditionalCheckFailed: The conditional request failed`. */
function cancellations(answer: RawAnswer): string {
  const reasons = memberOf(answer, 'CancellationReasons');
  if (!Array.isArray(reasons)) return '';
  return reasons
    .map((reason: unknown, index) => {
      // Any of these may be absent or of another type.
      const { Code, Message } = Object(reason) as Record<string, unknown>;
      return `[${index}] ${Code ?? 'None'}${typeof Message === 'string' ? `: ${Message}` : ''}`;
    })
    .join(', ');
}

function memberOf({ body }: RawAnswer, name: string): unknown {
  try {
    return Object(JSON.parse(Buffer.from(body).toString('utf8')))[name];
  } catch {
    return undefined;
  }
}
