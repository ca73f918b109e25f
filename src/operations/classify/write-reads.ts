import { readCondition } from '../expressions/condition.js';
import { readUpdate } from '../expressions/update.js';
import { invalid } from '../refuse.js';
import { asObject, asText, isObject, type JsonObject, member } from '../request/json-value.js';
import type { WriteReads } from './touch.js';

/**
 * What a Put, Update or Delete (a request or an entry) tells of the item that was there, in expressions and in the legacy
 * parameters. Throws REQUEST_INVALID for expressions that are not understood.
 */
export function writeReads(entry: JsonObject, at: string): WriteReads {
  const attributes = [
    ...conditionReads(entry, at),
    ...updateReads(entry, at),
    ...legacyConditionReads(entry, at),
    ...legacyUpdateReads(entry, at),
  ];
  return { attributes: new Set(attributes), more: ANSWERS.some((name) => isAsked(entry, name)) };
}

/** Whether a call or entry asks for something in the answer that tells of the items: anything but NONE does. */
export function isAsked(entry: JsonObject, name: string): boolean {
  const asked = member(entry, name);
  return asked !== undefined && asked !== 'NONE';
}

/** The last one tells how much lies under a partition key. */
const ANSWERS = ['ReturnValues', 'ReturnValuesOnConditionCheckFailure', 'ReturnItemCollectionMetrics'];

function conditionReads(entry: JsonObject, at: string): Iterable<string> {
  const expression = expressionOf(entry, 'ConditionExpression', at);
  return expression === undefined ? [] : readCondition(expression).reads;
}

function updateReads(entry: JsonObject, at: string): Iterable<string> {
  const expression = expressionOf(entry, 'UpdateExpression', at);
  return expression === undefined ? [] : readUpdate(expression).reads;
}

/** The expression of that member with its names; undefined where there is none. Throws REQUEST_INVALID. */
export function expressionOf(entry: JsonObject, name: 'ConditionExpression' | 'UpdateExpression', at: string) {
  const written = member(entry, name);
  if (written === undefined) return undefined;
  const names = member(entry, 'ExpressionAttributeNames') ?? {};
  const path = joined(at, name);
  return {
    at: path,
    text: asText(written, path),
    names: asObject(names, joined(at, 'ExpressionAttributeNames')),
  };
}

function legacyConditionReads(entry: JsonObject, at: string): readonly string[] {
  const expected = member(entry, 'Expected');
  return expected === undefined ? [] : Object.keys(asObject(expected, joined(at, 'Expected')));
}

/** PUT writes what is given, and DELETE without a value takes the attribute away; the rest works on what is there. */
function legacyUpdateReads(entry: JsonObject, at: string): readonly string[] {
  const updates = member(entry, 'AttributeUpdates');
  if (updates === undefined) return [];
  const path = joined(at, 'AttributeUpdates');
  return Object.entries(asObject(updates, path)).flatMap(([attribute, update]) => {
    if (!isObject(update)) throw invalid(`${path}.${attribute}`, 'expected an object with Action and Value');
    const action = member(update, 'Action') ?? 'PUT';
    if (action === 'PUT') return [];
    return action === 'DELETE' && member(update, 'Value') === undefined ? [] : [attribute];
  });
}

function joined(at: string, name: string): string {
  return at === '' ? name : `${at}.${name}`;
}
