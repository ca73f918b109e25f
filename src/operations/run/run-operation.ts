import type { PlainForm } from '../../dynamodb/plain-value.js';
import type { Caller, OperationContext, TableSpent } from '../context.js';
import { type JsonObject, member } from '../request/json-value.js';
import { isBatch, runBatch, totalSpent } from './batch.js';
import { dynamodbParameters, type Exchange, exchange, plainAnswer } from './exchange.js';
import type { Operation } from './operation.js';
import { type Page, pagedVerb, readPages } from './pages.js';

export interface OperationResult {
  /** DynamoDB's answer, plain or not as the operation says; JSON can carry it without loss. */
  readonly answer: JsonObject;
  readonly spent: readonly TableSpent[];
  /** What the caller should know: that a limit ended the reading, that something is left of a batch and why. */
  readonly warnings: readonly string[];
}

/**
 * One operation, to its end: all pages where it asks for them, and what batches leave. Throws VERB_UNKNOWN, REQUEST_INVALID,
 * ACCESS_DENIED, TABLE_NOT_FOUND, SCHEMA_NOT_FOUND, CANCELLED, DynamoDB's errors in its own words, and those of connections.
 */
export async function runOperation(
  given: RunRequest,
  context: OperationContext,
  form: PlainForm = UNTYPED,
): Promise<OperationResult> {
  const { operation } = given;
  const call = exchangeOf(given, form);
  const shown = (content: JsonObject) => (operation.plain ? plainAnswer(content, form) : content);
  if (operation.fetchAll) return allPages(given, call, { context, shown });
  if (!isBatch(operation.verb)) {
    const { content, spent } = await exchange(call, context);
    return { answer: shown(content), spent, warnings: [] };
  }
  const { content, spent, stopped } = await runBatch(call, context);
  const warnings = stopped === undefined ? [] : [`Not all of the batch was done: ${stopped.message}`];
  return { answer: shown(content), spent: totalSpent(spent), warnings };
}

/** The pages of an operation as they come, for answers that are streamed: rows as the operation wants its values. */
export async function* streamOperation(given: RunRequest, context: OperationContext): AsyncGenerator<Page> {
  const { operation } = given;
  const { rows } = pagedVerb(operation.verb);
  for await (const page of readPages(exchangeOf(given, UNTYPED), context, operation.limits)) {
    if (!operation.plain) yield page;
    else {
      const plain = plainAnswer({ ...page.content, [rows]: page.rows }, UNTYPED);
      yield { ...page, content: plain, rows: plain[rows] as Page['rows'] }; // A list before it was mapped, so one after it.
    }
  }
}

export interface RunRequest {
  readonly caller: Caller;
  readonly operation: Operation;
  readonly signal: AbortSignal;
}

/** `{"type": ..., "value": ...}` is for actions alone: in an operation it is a map like any. */
const UNTYPED: PlainForm = { typed: false };

function exchangeOf({ caller, operation, signal }: RunRequest, form: PlainForm): Exchange {
  const { verb, schema = caller.defaultSchema, plain, parameters } = operation;
  return {
    caller: { ...caller, defaultSchema: schema },
    verb,
    body: dynamodbParameters(parameters, plain ? form : undefined),
    signal,
  };
}

/** What one answer holds where the caller sets no limit: more is for `streamOperation`. */
const MAX_COLLECTED = 100_000;

/** One answer of all pages; its counts are sums, and it has a token only where the reading can go on. */
async function allPages(
  { operation }: RunRequest,
  call: Exchange,
  { context, shown }: { readonly context: OperationContext; readonly shown: (content: JsonObject) => JsonObject },
): Promise<OperationResult> {
  const { rows: name, token } = pagedVerb(operation.verb);
  const limits = { ...operation.limits, maxItems: operation.limits.maxItems ?? MAX_COLLECTED };
  const rows: unknown[] = [];
  const spent: TableSpent[] = [];
  const warnings: string[] = [];
  let counts: JsonObject = {};
  let last: unknown;
  for await (const page of readPages(call, context, limits)) {
    rows.push(...page.rows);
    spent.push(...page.spent);
    counts = summed(counts, page.content);
    last = member(page.content, token);
    if (page.stoppedBy !== undefined) warnings.push(`There may be more: the reading ended at ${page.stoppedBy}.`);
  }
  // A page that was cut counts what it had.
  const count = 'Count' in counts && rows.length > 0 ? { Count: rows.length } : {};
  const answer = { [name]: rows, ...counts, ...count, ...(last === undefined ? {} : { [token]: last }) };
  return { answer: shown(answer), spent: totalSpent(spent), warnings };
}

const COUNTS = ['Count', 'ScannedCount'];

function summed(counts: JsonObject, content: JsonObject): JsonObject {
  const both = COUNTS.flatMap((name) => {
    const count = member(content, name);
    return typeof count === 'number' ? [[name, count + Number(member(counts, name) ?? 0)] as const] : [];
  });
  return { ...counts, ...Object.fromEntries(both) };
}
