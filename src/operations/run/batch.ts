import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { OperationContext, TableSpent } from '../context.js';
import { isObject, type JsonObject, member } from '../request/json-value.js';
import { backoffMs, type Exchange, type ExchangeAnswer, exchange } from './exchange.js';

/** Where each batch verb tells what it left. */
const LEFT: ReadonlyMap<string, string> = new Map([
  ['BatchGetItem', 'UnprocessedKeys'],
  ['BatchWriteItem', 'UnprocessedItems'],
]);

export interface BatchAnswer extends ExchangeAnswer {
  /** Why something is left, which the content then names exactly. */
  readonly stopped?: HeadgateError;
}

/** Rounds in a row in which nothing was done. */
const MAX_IDLE_ROUNDS = 8;

export function isBatch(verb: string): boolean {
  return LEFT.has(verb);
}

/**
 * A batch to its end: what DynamoDB leaves unprocessed is asked for again, with pauses, as long as it gets on. What is left in
 * spite of that is in the answer, in the member where DynamoDB has it. Throws what `exchange` throws only while nothing has
 * been done: later an error ends the batch, and is told beside what is left.
 */
export async function runBatch(call: Exchange, context: OperationContext): Promise<BatchAnswer> {
  const member = LEFT.get(call.verb) ?? '';
  let answer: ExchangeAnswer = await exchange(call, context);
  let idle = 0;
  while (countOf(leftOf(answer, member)) > 0) {
    if (idle === MAX_IDLE_ROUNDS) return { ...answer, stopped: keptLeaving(countOf(leftOf(answer, member))) };
    const before = countOf(leftOf(answer, member));
    try {
      await context.pause(backoffMs(idle + 1), call.signal);
      const next = await exchange({ ...call, body: { ...call.body, RequestItems: leftOf(answer, member) } }, context);
      answer = joined(answer, next, member);
    } catch (error) {
      if (!(error instanceof HeadgateError)) throw error;
      return { ...answer, stopped: error };
    }
    idle = countOf(leftOf(answer, member)) < before ? 0 : idle + 1;
  }
  return answer;
}

function leftOf({ content }: ExchangeAnswer, name: string): JsonObject {
  const left = member(content, name);
  return isObject(left) ? left : {};
}

/** Keys or requests over all tables. */
function countOf(left: JsonObject): number {
  return Object.values(left).reduce<number>((total, each) => {
    const keys = isObject(each) ? member(each, 'Keys') : each;
    return total + (Array.isArray(keys) ? keys.length : 0);
  }, 0);
}

function joined(answer: ExchangeAnswer, next: ExchangeAnswer, left: string): ExchangeAnswer {
  const content = {
    ...answer.content,
    ...byTable(answer.content, next.content, 'Responses'),
    ...byTable(answer.content, next.content, 'ItemCollectionMetrics'),
    ...lists(answer.content, next.content, 'ConsumedCapacity'),
    [left]: leftOf(next, left),
  };
  return { content, spent: [...answer.spent, ...next.spent] };
}

/** Lists by table, one after the other. */
function byTable(first: JsonObject, second: JsonObject, name: string): JsonObject {
  const [one, two] = [member(first, name), member(second, name)];
  if (!isObject(one) || !isObject(two)) return isObject(two) ? { [name]: two } : {};
  const tables = [...new Set([...Object.keys(one), ...Object.keys(two)])];
  return { [name]: Object.fromEntries(tables.map((table) => [table, [...listOf(one, table), ...listOf(two, table)]])) };
}

function lists(first: JsonObject, second: JsonObject, name: string): JsonObject {
  const both = [...listOf(first, name), ...listOf(second, name)];
  return both.length === 0 ? {} : { [name]: both };
}

function listOf(object: JsonObject, name: string): readonly unknown[] {
  const list = member(object, name);
  return Array.isArray(list) ? list : [];
}

function keptLeaving(count: number): HeadgateError {
  return new HeadgateError('DYNAMODB_THROTTLED', `DynamoDB kept leaving ${count} entries of the batch.`, {
    hint: 'Send again what is named as unprocessed, later or in smaller pieces, or raise the capacity of the table.',
  });
}

/** Units and dollars of several calls, by table. */
export function totalSpent(spent: readonly TableSpent[]): readonly TableSpent[] {
  const totals = new Map<string, TableSpent>();
  for (const each of spent) {
    const key = `${each.schema}.${each.table}`;
    const total = totals.get(key) ?? { ...each, readUnits: 0, writeUnits: 0, dollars: 0 };
    totals.set(key, {
      ...total,
      readUnits: total.readUnits + each.readUnits,
      writeUnits: total.writeUnits + each.writeUnits,
      dollars: total.dollars + each.dollars,
    });
  }
  return [...totals.values()];
}
