import { parseSlice } from '../../dynamodb/json-slices.js';
import type { RawAnswer } from '../../dynamodb/raw-call.js';
import type { TableSpent } from '../context.js';
import type { PreparedCall } from '../prepare-call.js';
import { isObject, type JsonObject, member } from '../request/json-value.js';
import { VERB_MEMBERS } from '../request/verb-members.js';
import { type AnswerMembers, withoutMember } from './answer-members.js';

const ASKED = 'ReturnConsumedCapacity';

/** The request, asking for its units in any case; a caller who asked gets what it asked for. */
export function metered(verb: string, body: JsonObject): JsonObject {
  if (VERB_MEMBERS.get(verb)?.has(ASKED) !== true || isAsked(body)) return body;
  return { ...body, [ASKED]: 'TOTAL' };
}

/** The answer as the caller would have got it without `metered`. */
export function unmetered(answer: RawAnswer, members: AnswerMembers, askedBody: JsonObject): RawAnswer {
  return isAsked(askedBody) ? answer : withoutMember(answer, members, 'ConsumedCapacity');
}

function isAsked(body: JsonObject): boolean {
  const asked = member(body, ASKED);
  return asked !== undefined && asked !== 'NONE';
}

/** What the answer says was spent, by table. Errors do not say, though DynamoDB charges a condition that does not hold. */
export function spentOf(answer: RawAnswer, members: AnswerMembers, call: PreparedCall): readonly TableSpent[] {
  const slice = members.get('ConsumedCapacity');
  if (slice === undefined) return [];
  const told: unknown = parseSlice(answer.body, slice);
  return (Array.isArray(told) ? told : [told]).filter(isObject).map((each) => {
    const total = numberOf(each, 'CapacityUnits');
    // A transaction tells both kinds; for the rest the verb does.
    const units = call.isWrite
      ? { readUnits: 0, writeUnits: numberOf(each, 'WriteCapacityUnits') || total }
      : { readUnits: numberOf(each, 'ReadCapacityUnits') || total, writeUnits: 0 };
    const table = tableOf(member(each, 'TableName'), call);
    return { schema: call.schema.name, table, ...units, dollars: call.schema.dollarsOf(table, units) };
  });
}

function numberOf(told: JsonObject, name: string): number {
  const value = member(told, name);
  return typeof value === 'number' ? value : 0;
}

/** As it was sent, by name or by ARN; an answer about one table may leave it out. */
function tableOf(told: unknown, call: PreparedCall): string {
  if (typeof told === 'string') return told.slice(told.lastIndexOf('/') + 1);
  return call.tables[0] ?? '';
}
