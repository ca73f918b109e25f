import { jsonMembers } from '../dynamodb/json-slices.js';
import type { RawAnswer } from '../dynamodb/raw-call.js';
import { type AnswerMembers, membersOf, withTableNames } from './answer/answer-members.js';
import { rawJson } from './answer/error-answer.js';
import { failureOf } from './answer/failure.js';
import { metered, spentOf, unmetered } from './answer/metering.js';
import { CallRecorder } from './call-recorder.js';
import type { OperationContext, TableSpent } from './context.js';
import { listTables } from './list-tables.js';
import { type CallRequest, type PreparedCall, prepareCall } from './prepare-call.js';

/** An answer, and what it cost. */
export interface MeteredAnswer {
  readonly answer: RawAnswer;
  readonly spent: readonly TableSpent[];
}

export interface CheckedRequest extends CallRequest {
  /** Looks at a call that is allowed before it is sent; what it throws ends the call. */
  readonly check?: (prepared: PreparedCall) => void;
}

/**
 * One call from decision to answer: decided, recorded, sent once, recorded. The answer is DynamoDB's, its errors included.
 * Throws what `prepareCall` and `OperationSchema.send` throw, and STORE_UNAVAILABLE or STORE_FAILED where the record of it
 * cannot be stored: then a write was not sent, unless its end could not be recorded.
 */
export async function sendCall(request: CheckedRequest, context: OperationContext): Promise<MeteredAnswer> {
  const recorder = new CallRecorder(context, request.caller, request.verb);
  const sent = await attempt(request, context, recorder).catch(async (error: unknown) => {
    await recorder.failed(error);
    throw error;
  });
  await recorder.ended(sent.end);
  return { answer: sent.answer, spent: sent.end.spent };
}

async function attempt(request: CheckedRequest, context: OperationContext, recorder: CallRecorder) {
  const { caller, verb, body, signal } = request;
  const prepared = await prepareCall(request, context, recorder.trace);
  if (prepared.kind === 'listing') {
    await recorder.begun({ isWrite: false });
    const given = { principal: caller.principal, grants: await context.grants(), schema: prepared.schema, body };
    const answer = rawJson(await listTables(given, signal), { status: 200, requestId: caller.requestId });
    return { answer, end: { outcome: 'ok', bytes: answer.body.byteLength, rows: 0, spent: [] } as const };
  }
  request.check?.(prepared);
  await recorder.begun(prepared);
  const whole = await prepared.schema.send({
    principal: caller.principal,
    verb,
    body: Buffer.from(JSON.stringify(metered(verb, prepared.body))),
    tables: prepared.tables,
    signal,
  });
  if (CHANGES_TABLES.has(verb)) for (const table of prepared.tables) prepared.schema.tableChanged(table);
  const members = await membersOf(whole);
  const spent = spentOf(whole, members, prepared);
  const answer = await asCalled(unmetered(whole, members, prepared.body), prepared);
  const failed = failureOf(whole);
  const end = {
    outcome: failed === undefined ? 'ok' : 'failed',
    ...(failed === undefined ? {} : { errorCode: failed }),
    bytes: answer.body.byteLength,
    rows: await rowsOf(whole, members),
    spent,
  } as const;
  return { answer, end };
}

const CHANGES_TABLES = new Set(['CreateTable', 'UpdateTable', 'DeleteTable']);

/** Batches answer by table: by the names that the caller wrote, so that what is left can be sent again as it is. */
async function asCalled(answer: RawAnswer, { renamed }: PreparedCall): Promise<RawAnswer> {
  return answer.status === 200 ? await withTableNames(answer, renamed, BY_TABLE) : answer;
}

const BY_TABLE = new Set(['Responses', 'UnprocessedKeys', 'UnprocessedItems', 'ItemCollectionMetrics']);

/** Items of the answer: one, a list, or the lists of a batch by table; each entry of a transaction counts as one. */
async function rowsOf({ body }: RawAnswer, members: AnswerMembers): Promise<number> {
  if (members.has('Item')) return 1;
  const items = members.get('Items');
  const responses = members.get('Responses');
  if (items !== undefined || responses === undefined) return items?.objects ?? 0;
  if (body[responses.start] === OPEN_BRACKET) return responses.objects ?? 0;
  const byTable = await jsonMembers(body, { start: responses.start });
  return [...byTable.values()].reduce((rows, { objects = 0 }) => rows + objects, 0);
}

const OPEN_BRACKET = 0x5b;
