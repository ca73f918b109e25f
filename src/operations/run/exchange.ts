import { randomUUID } from 'node:crypto';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { AttributeValue, Item } from '../../dynamodb/attribute-value.js';
import { itemOfPlain, type PlainForm, plainOfItem, plainOfValue, valueOfPlain } from '../../dynamodb/plain-value.js';
import type { RawAnswer } from '../../dynamodb/raw-call.js';
import { failureOf, throwFailure } from '../answer/failure.js';
import type { Caller, OperationContext, TableSpent } from '../context.js';
import { asObject, type JsonObject, member } from '../request/json-value.js';
import { VERB_MEMBERS } from '../request/verb-members.js';
import { type MeteredAnswer, sendCall } from '../send-call.js';
import { checkCall } from '../values/check-call.js';
import { checkedItem, checkedValue } from '../values/check-value.js';
import { mapValues } from '../values/map-values.js';

/** One call in DynamoDB JSON, of a face that speaks JSON. */
export interface Exchange {
  readonly caller: Caller;
  readonly verb: string;
  readonly body: JsonObject;
  readonly signal: AbortSignal;
}

export interface ExchangeAnswer {
  /** In DynamoDB JSON. */
  readonly content: JsonObject;
  readonly spent: readonly TableSpent[];
}

/**
 * Sends a call whose values have been checked, again where nothing can be done twice by that: a refusal for throughput in any
 * case, and what got no answer where it reads, or is a transaction with its token. Throws the codes of `sendCall`, and
 * DynamoDB's errors with its own words.
 */
export async function exchange(call: Exchange, context: OperationContext): Promise<ExchangeAnswer> {
  const request = { ...call, body: withToken(call.verb, call.body), check: checkCall };
  for (let attempt = 1; ; attempt++) {
    const result = await sendCall(request, context).catch((error: unknown) => unsent(error));
    if (attempt < MAX_ATTEMPTS && mayGoAgain(call, result)) {
      await context.pause(backoffMs(attempt), call.signal);
      continue;
    }
    if (result instanceof HeadgateError) throw result;
    throwFailure(result.answer);
    return { content: contentOf(result.answer), spent: result.spent };
  }
}

const MAX_ATTEMPTS = 6;
const FIRST_DELAY_MS = 50;
const LONGEST_DELAY_MS = 5_000;

/** How long to wait before the next attempt; random, so that those who were refused together do not come again together. */
export function backoffMs(attempt: number): number {
  return (0.5 + Math.random() / 2) * Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt);
}

function unsent(error: unknown): HeadgateError {
  if (error instanceof HeadgateError) return error;
  throw error;
}

function mayGoAgain({ verb, body }: Exchange, result: MeteredAnswer | HeadgateError): boolean {
  const code = result instanceof HeadgateError ? result.code : failureOf(result.answer);
  if (code === 'DYNAMODB_THROTTLED') return true;
  const isUncertain = code === 'ENDPOINT_UNREACHABLE' || code === 'DYNAMODB_FAILED';
  return isUncertain && (isRead(verb, body) || IDEMPOTENT.has(verb));
}

const READS = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan', 'TransactGetItems', 'DescribeTable', 'ListTables']);
/** With a ClientRequestToken, which they get here. */
const IDEMPOTENT = new Set(['TransactWriteItems', 'ExecuteTransaction']);

function isRead(verb: string, body: JsonObject): boolean {
  const statement = member(body, 'Statement');
  return READS.has(verb) || (typeof statement === 'string' && /^\s*SELECT\b/i.test(statement));
}

function withToken(verb: string, body: JsonObject): JsonObject {
  const takesToken = VERB_MEMBERS.get(verb)?.has('ClientRequestToken') === true;
  return takesToken && member(body, 'ClientRequestToken') === undefined
    ? { ...body, ClientRequestToken: randomUUID() }
    : body;
}

function contentOf({ body }: RawAnswer): JsonObject {
  // Numbers of items are text in DynamoDB JSON; those beside them fit a double.
  return asObject(JSON.parse(Buffer.from(body).toString() || '{}'), 'The answer');
}

/** The parameters in DynamoDB JSON, every value of them checked. Throws REQUEST_INVALID. */
export function dynamodbParameters(parameters: JsonObject, plain: PlainForm | undefined): JsonObject {
  return mapValues(parameters, {
    item: (item, at) => checkedItem(plain === undefined ? item : itemOfPlain(item, at, plain), at),
    value: (value, at) => checkedValue(plain === undefined ? value : valueOfPlain(value, at, plain), at),
  });
}

/** DynamoDB's answer in plain JSON. */
export function plainAnswer(content: JsonObject, form: PlainForm): JsonObject {
  return mapValues(content, {
    // Casts, because it is DynamoDB that sent them.
    item: (item) => plainOfItem(item as Item, form),
    value: (value) => plainOfValue(value as AttributeValue, form),
  });
}
