import type { OperationClass } from './access-code.js';

/** The classes that an operation on one table needs, all of them. */
export interface ClassNeeds {
  readonly classes: readonly OperationClass[];
  /**
   * Fewer classes that do as well when the gateway adds this condition on the partition key, so that the operation cannot do
   * what the missing class is for.
   */
  readonly guarded?: {
    readonly classes: readonly OperationClass[];
    readonly guard: 'attribute_exists' | 'attribute_not_exists';
  };
}

/** Where a verb names its tables, and what it needs there. All tables and entries of a call must pass. */
export type VerbNeeds =
  /** One table. */
  | ({ readonly kind: 'table' } & ClassNeeds)
  /** Any number of tables, each with the same needs. */
  | ({ readonly kind: 'tables' } & ClassNeeds)
  /** No table: always answered, with only those tables that the principal may see. */
  | { readonly kind: 'listing' }
  /** Entries with a table each, by the member that says what an entry does. An entry of another member is refused. */
  | { readonly kind: 'entries'; readonly entries: ReadonlyMap<string, ClassNeeds> }
  /** PartiQL statements, each with the needs of `needsOfPartiql`. */
  | { readonly kind: 'partiql' };

/** What the verb needs; undefined for a verb that is not known, which must be refused. Names are exact. */
export function needsOfVerb(verb: string): VerbNeeds | undefined {
  return VERB_NEEDS.get(verb);
}

/** What a PartiQL statement needs by its first word, in any case; undefined for others, which must be refused. */
export function needsOfPartiql(firstWord: string): ClassNeeds | undefined {
  return PARTIQL_NEEDS.get(firstWord.toUpperCase());
}

const SELECT: ClassNeeds = { classes: ['select'] };
const EXPLAIN: ClassNeeds = { classes: ['explain'] };
const INSERT: ClassNeeds = { classes: ['insert'] };
const UPDATE: ClassNeeds = { classes: ['update'] };
const DELETE: ClassNeeds = { classes: ['delete'] };
const DDL: ClassNeeds = { classes: ['ddl'] };

/** A put replaces an item that is there. In a batch it cannot carry the condition that prevents it. */
const PUT_WITHOUT_GUARD: ClassNeeds = { classes: ['insert', 'update'] };
const PUT: ClassNeeds = { ...PUT_WITHOUT_GUARD, guarded: { ...INSERT, guard: 'attribute_not_exists' } };
/** An update creates an item that is not there. */
const UPDATE_ITEM: ClassNeeds = { classes: ['insert', 'update'], guarded: { ...UPDATE, guard: 'attribute_exists' } };

const VERB_NEEDS: ReadonlyMap<string, VerbNeeds> = new Map<string, VerbNeeds>([
  ['GetItem', { kind: 'table', ...SELECT }],
  ['Query', { kind: 'table', ...SELECT }],
  ['Scan', { kind: 'table', ...SELECT }],
  ['BatchGetItem', { kind: 'tables', ...SELECT }],
  ['TransactGetItems', { kind: 'entries', entries: new Map([['Get', SELECT]]) }],

  ['ListTables', { kind: 'listing' }],
  ['DescribeTable', { kind: 'table', ...EXPLAIN }],
  ['DescribeTimeToLive', { kind: 'table', ...EXPLAIN }],
  ['ListTagsOfResource', { kind: 'table', ...EXPLAIN }],

  ['PutItem', { kind: 'table', ...PUT }],
  ['UpdateItem', { kind: 'table', ...UPDATE_ITEM }],
  ['DeleteItem', { kind: 'table', ...DELETE }],
  [
    'BatchWriteItem',
    {
      kind: 'entries',
      entries: new Map([
        ['PutRequest', PUT_WITHOUT_GUARD],
        ['DeleteRequest', DELETE],
      ]),
    },
  ],
  [
    'TransactWriteItems',
    {
      kind: 'entries',
      entries: new Map([
        ['ConditionCheck', SELECT],
        ['Put', PUT],
        ['Update', UPDATE_ITEM],
        ['Delete', DELETE],
      ]),
    },
  ],

  ['ExecuteStatement', { kind: 'partiql' }],
  ['BatchExecuteStatement', { kind: 'partiql' }],
  ['ExecuteTransaction', { kind: 'partiql' }],

  ['CreateTable', { kind: 'table', ...DDL }],
  ['UpdateTable', { kind: 'table', ...DDL }],
  ['DeleteTable', { kind: 'table', ...DDL }],
  ['UpdateTimeToLive', { kind: 'table', ...DDL }],
  ['TagResource', { kind: 'table', ...DDL }],
  ['UntagResource', { kind: 'table', ...DDL }],
  ['UpdateContinuousBackups', { kind: 'table', ...DDL }],
]);

/** DynamoDB itself refuses an INSERT of an item that is there, and an UPDATE of one that is not: neither needs a guard. */
const PARTIQL_NEEDS: ReadonlyMap<string, ClassNeeds> = new Map([
  ['SELECT', SELECT],
  // The condition check of a transaction.
  ['EXISTS', SELECT],
  ['INSERT', INSERT],
  ['UPDATE', UPDATE],
  ['DELETE', DELETE],
]);
