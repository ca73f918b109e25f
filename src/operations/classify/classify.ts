import { type ClassNeeds, needsOfPartiql, needsOfVerb } from '../../access/verb-classes.js';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import { type PartiqlStatement, readPartiql } from '../partiql/read-partiql.js';
import { invalid } from '../refuse.js';
import { asList, asObject, asText, type JsonObject, type JsonPath, member, pathText } from '../request/json-value.js';
import { checkMembers } from '../request/known-members.js';
import { ENTRY_MEMBERS, VERB_MEMBERS } from '../request/verb-members.js';
import { READS_NOTHING, type Touch, type WriteReads } from './touch.js';
import { isAsked, writeReads } from './write-reads.js';

export type Classified =
  | { readonly kind: 'tables'; readonly touches: readonly Touch[]; readonly statements: readonly string[] }
  /** The list of tables, which is answered here. */
  | { readonly kind: 'listing' };

/**
 * What a call touches: every table of every entry, with the classes that it needs there. Throws VERB_UNKNOWN, and
 * REQUEST_INVALID for members, expressions and statements that are not known; nothing of these may be sent.
 */
export function classify(verb: string, body: JsonObject): Classified {
  const needs = needsOfVerb(verb);
  const known = VERB_MEMBERS.get(verb);
  if (needs === undefined || known === undefined) throw unknownVerb(verb);
  checkMembers(body, known, '');
  switch (needs.kind) {
    case 'listing':
      return { kind: 'listing' };
    case 'table':
      return tables([oneTable(verb, body, needs)]);
    case 'tables':
      return tables(batchGet(body, needs));
    case 'entries': {
      const touches = verb === 'BatchWriteItem' ? batchWrite(body, needs.entries) : transaction(body, needs.entries);
      const tellsMore = isAsked(body, 'ReturnItemCollectionMetrics');
      return tables(
        tellsMore ? touches.map((touch) => ({ ...touch, reads: { ...touch.reads, more: true } })) : touches,
      );
    }
    case 'partiql':
      return partiql(verb, body);
  }
}

function tables(touches: readonly Touch[], statements: readonly string[] = []): Classified {
  return { kind: 'tables', touches, statements };
}

const WRITES = new Set(['PutItem', 'UpdateItem', 'DeleteItem']);
/** Verbs of tags name their table by its ARN alone. */
const BY_ARN = new Set(['TagResource', 'UntagResource', 'ListTagsOfResource']);

function oneTable(verb: string, body: JsonObject, needs: ClassNeeds): Touch {
  const form = BY_ARN.has(verb) ? 'arn' : 'name';
  const path = [form === 'arn' ? 'ResourceArn' : 'TableName'];
  const index = member(body, 'IndexName');
  return {
    at: '',
    name: { kind: 'name', text: nameAt(member(body, path[0] ?? ''), path) },
    ...(index === undefined ? {} : { index: asText(index, 'IndexName') }),
    needs,
    reads: WRITES.has(verb) ? writeReads(body, '') : READS_NOTHING,
    place: { kind: 'member', path, form },
    entry: [],
  };
}

function batchGet(body: JsonObject, needs: ClassNeeds): readonly Touch[] {
  const path = ['RequestItems'];
  return entriesOf(member(body, 'RequestItems'), path).map(([key, value]) => {
    const entry = [...path, key];
    entryObject(value, 'KeysAndAttributes', entry);
    return tableOfKey({ key, path, entry, needs });
  });
}

function batchWrite(body: JsonObject, needsOf: ReadonlyMap<string, ClassNeeds>): readonly Touch[] {
  const path = ['RequestItems'];
  return entriesOf(member(body, 'RequestItems'), path).flatMap(([key, value]) => {
    const requests = asList(value, pathText([...path, key]));
    if (requests.length === 0) throw invalid(pathText([...path, key]), 'the list is empty');
    return requests.map((request, index) => {
      const { entry, needs } = oneMember(request, [...path, key, index], needsOf);
      return tableOfKey({ key, path, entry, needs });
    });
  });
}

function transaction(body: JsonObject, needsOf: ReadonlyMap<string, ClassNeeds>): readonly Touch[] {
  const items = filled(member(body, 'TransactItems'), 'TransactItems');
  return items.map((item, index) => {
    const { entry, needs, kind, value } = oneMember(item, ['TransactItems', index], needsOf);
    const at = pathText(entry);
    const path = [...entry, 'TableName'];
    return {
      at,
      name: { kind: 'name', text: nameAt(member(value, 'TableName'), path) },
      needs,
      reads: TRANSACTION_WRITES.has(kind) ? writeReads(value, at) : READS_NOTHING,
      place: { kind: 'member', path, form: 'name' },
      entry,
    };
  });
}

const TRANSACTION_WRITES = new Set(['Put', 'Update', 'Delete']);

function partiql(verb: string, body: JsonObject): Classified {
  const found = statementsOf(verb, body).map(({ value, entry }) => {
    const at = pathText(entry);
    const text = asText(member(value, 'Statement'), pathText([...entry, 'Statement']));
    const statement = readPartiql(text);
    const needs = needsOfPartiql(statement.kind);
    if (needs === undefined) throw invalid(at, `${statement.kind} is not passed on`);
    const touch: Touch = {
      at,
      name: { kind: 'parts', statement },
      needs,
      reads: statementReads(statement, value),
      place: { kind: 'statement', path: [...entry, 'Statement'], statement },
      entry,
    };
    return { touch, text };
  });
  return tables(
    found.map(({ touch }) => touch),
    found.map(({ text }) => text),
  );
}

function statementsOf(
  verb: string,
  body: JsonObject,
): readonly { readonly value: JsonObject; readonly entry: JsonPath }[] {
  if (verb === 'ExecuteStatement') return [{ value: body, entry: [] }];
  const isTransaction = verb === 'ExecuteTransaction';
  const list = isTransaction ? 'TransactStatements' : 'Statements';
  return filled(member(body, list), list).map((value, index) => {
    const entry = [list, index];
    return { value: entryObject(value, isTransaction ? 'TransactStatement' : 'BatchStatement', entry), entry };
  });
}

/** Where it selects, what it looks at is what it is for. */
function statementReads(statement: PartiqlStatement, entry: JsonObject): WriteReads {
  if (statement.kind === 'SELECT' || statement.kind === 'EXISTS') return READS_NOTHING;
  const tellsOld = isAsked(entry, 'ReturnValuesOnConditionCheckFailure');
  return { attributes: statement.reads, more: statement.returns || statement.readsNested || tellsOld };
}

function tableOfKey(given: {
  readonly key: string;
  readonly path: JsonPath;
  readonly entry: JsonPath;
  readonly needs: ClassNeeds;
}): Touch {
  const { key, path, entry, needs } = given;
  return {
    at: pathText(entry),
    name: { kind: 'name', text: key },
    needs,
    reads: READS_NOTHING,
    place: { kind: 'key', path, key },
    entry,
  };
}

/** The one member of an entry, which says what the entry does. */
function oneMember(value: unknown, path: JsonPath, needsOf: ReadonlyMap<string, ClassNeeds>) {
  const at = pathText(path);
  const object = asObject(value, at);
  const [kind, ...others] = Object.keys(object);
  const needs = kind === undefined ? undefined : needsOf.get(kind);
  if (kind === undefined || needs === undefined || others.length > 0) {
    throw invalid(at, `expected exactly one of ${[...needsOf.keys()].join(', ')}`);
  }
  const entry = [...path, kind];
  return { kind, entry, needs, value: entryObject(member(object, kind), kind, entry) };
}

function entryObject(value: unknown, kind: string, path: JsonPath): JsonObject {
  const at = pathText(path);
  const object = asObject(value, at);
  checkMembers(object, ENTRY_MEMBERS.get(kind) ?? new Set(), at);
  return object;
}

function entriesOf(value: unknown, path: JsonPath): readonly (readonly [string, unknown])[] {
  const entries = Object.entries(asObject(value, pathText(path)));
  if (entries.length === 0) throw invalid(pathText(path), 'no table is named');
  return entries;
}

function filled(value: unknown, at: string): readonly unknown[] {
  const list = asList(value, at);
  if (list.length === 0) throw invalid(at, 'the list is empty');
  return list;
}

function nameAt(value: unknown, path: JsonPath): string {
  const text = asText(value, pathText(path));
  if (text === '') throw invalid(pathText(path), 'the name of the table is empty');
  return text;
}

function unknownVerb(verb: string): HeadgateError {
  return new HeadgateError(
    'VERB_UNKNOWN',
    `${JSON.stringify(verb.slice(0, 100))} is not a verb that Headgate passes on.`,
    {
      hint: `It passes on ${[...VERB_MEMBERS.keys()].join(', ')}.`,
    },
  );
}
