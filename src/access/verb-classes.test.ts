import { describe, expect, it } from 'vitest';
import { type ClassNeeds, needsOfPartiql, needsOfVerb } from './verb-classes.js';

const PUT = 'insert+update, or insert if attribute_not_exists';
const UPDATE = 'insert+update, or update if attribute_exists';

describe('what a verb needs', () => {
  it.each([
    ['GetItem', 'table', 'select'],
    ['Query', 'table', 'select'],
    ['Scan', 'table', 'select'],
    ['BatchGetItem', 'tables', 'select'],
    ['DescribeTable', 'table', 'explain'],
    ['DescribeTimeToLive', 'table', 'explain'],
    ['ListTagsOfResource', 'table', 'explain'],
    ['PutItem', 'table', PUT],
    ['UpdateItem', 'table', UPDATE],
    ['DeleteItem', 'table', 'delete'],
    ['CreateTable', 'table', 'ddl'],
    ['UpdateTable', 'table', 'ddl'],
    ['DeleteTable', 'table', 'ddl'],
    ['UpdateTimeToLive', 'table', 'ddl'],
    ['TagResource', 'table', 'ddl'],
    ['UntagResource', 'table', 'ddl'],
    ['UpdateContinuousBackups', 'table', 'ddl'],
  ])('%s: on its %s, %s', (verb, kind, needed) => {
    const needs = needsOfVerb(verb);
    expect(needs?.kind).toBe(kind);
    expect(needs !== undefined && 'classes' in needs ? inWords(needs) : undefined).toBe(needed);
  });

  it('ListTables: nothing, as it lists what one may see', () => {
    expect(needsOfVerb('ListTables')).toEqual({ kind: 'listing' });
  });

  it.each([
    ['TransactGetItems', { Get: 'select' }],
    ['BatchWriteItem', { PutRequest: 'insert+update', DeleteRequest: 'delete' }],
    ['TransactWriteItems', { ConditionCheck: 'select', Put: PUT, Update: UPDATE, Delete: 'delete' }],
  ])('%s: by entry', (verb, entries) => {
    const needs = needsOfVerb(verb);
    const found = needs?.kind === 'entries' ? [...needs.entries].map(([member, one]) => [member, inWords(one)]) : [];
    expect(Object.fromEntries(found)).toEqual(entries);
  });

  it.each(['ExecuteStatement', 'BatchExecuteStatement', 'ExecuteTransaction'])('%s: by statement', (verb) => {
    expect(needsOfVerb(verb)).toEqual({ kind: 'partiql' });
  });

  it.each([
    'CreateBackup',
    'RestoreTableFromBackup',
    'ExportTableToPointInTime',
    'DeleteResourcePolicy',
    'DescribeContinuousBackups',
    'getitem',
    'GetItem ',
    '',
    'constructor',
    '__proto__',
  ])('is not known of "%s", so that it is refused', (verb) => {
    expect(needsOfVerb(verb)).toBeUndefined();
  });
});

describe('what a PartiQL statement needs', () => {
  it.each([
    ['SELECT', 'select'],
    ['select', 'select'],
    ['EXISTS', 'select'],
    ['INSERT', 'insert'],
    ['Update', 'update'],
    ['DELETE', 'delete'],
  ])('%s: %s', (word, needed) => {
    const needs = needsOfPartiql(word);
    expect(needs && inWords(needs)).toBe(needed);
  });

  it.each(['CREATE', 'DROP', 'UPSERT', 'REPLACE', 'WITH', 'constructor', ''])('is not known of "%s"', (word) => {
    expect(needsOfPartiql(word)).toBeUndefined();
  });
});

function inWords({ classes, guarded }: ClassNeeds): string {
  const fewer = guarded === undefined ? '' : `, or ${guarded.classes.join('+')} if ${guarded.guard}`;
  return `${classes.join('+')}${fewer}`;
}
