import { makeGrants, makePrincipal } from '../../access/testing/make-access.js';
import type { RawAnswer } from '../../dynamodb/raw-call.js';
import type { KeyAttribute } from '../../dynamodb/table-description.js';
import { rawJson } from '../answer/error-answer.js';
import type { Caller, OperationContext, OperationRecord, OperationSchema, SchemaCall, TableFacts } from '../context.js';

/** What was sent to a schema. */
export interface SentCall {
  readonly schema: string;
  readonly verb: string;
  /** Parsed: tests compare it with what they expect. */
  readonly body: unknown;
}

export interface FakeContext extends OperationContext {
  readonly sent: SentCall[];
  readonly records: OperationRecord[];
  /** Everything that happened, in order: `record begun`, `send PutItem`, `record ok`. */
  readonly happened: string[];
}

export interface FakeOptions {
  /** As `makeGrants` reads them, of the principal `ann`. */
  readonly grants: readonly string[];
  readonly answer?: (call: SchemaCall) => RawAnswer | Promise<RawAnswer>;
  readonly failRecord?: (record: OperationRecord) => Error | undefined;
  readonly hasTable?: (table: string) => boolean;
}

export const SIGNAL = new AbortController().signal;

/** `ann`, whose default schema is `demo`. */
export const ann: Caller = {
  principal: makePrincipal({ groups: [] }),
  requestId: 'R1',
  address: undefined,
  defaultSchema: 'demo',
};

export const FACTS: TableFacts = {
  arn: undefined,
  partitionKey: key('pk'),
  sortKey: key('sk'),
  indexes: [],
};

/**
 * The schemas `demo` and `other`, each with the tables `orders`, `events`, `demo.dotted` and `closed`; for the last one the
 * schema is not open. Nothing leaves the process: what would be sent is kept. For tests only.
 */
export function fakeContext({ grants, answer, failRecord, hasTable }: FakeOptions): FakeContext {
  const sent: SentCall[] = [];
  const records: OperationRecord[] = [];
  const happened: string[] = [];
  const made = makeGrants(...grants);
  const schemas = ['demo', 'other'].map((name): OperationSchema => {
    const tables = ['closed', 'demo.dotted', 'events', 'orders'].filter(hasTable ?? (() => true));
    return {
      name,
      isOpenFor: (table) => table !== 'closed',
      tableNames: async () => tables,
      tableFacts: async (table) =>
        tables.includes(table)
          ? { ...FACTS, arn: `arn:aws:dynamodb:eu-west-1:123456789012:table/${table}` }
          : undefined,
      send: async (call) => {
        happened.push(`send ${call.verb}`);
        sent.push({ schema: name, verb: call.verb, body: JSON.parse(Buffer.from(call.body).toString()) });
        return answer === undefined ? rawJson({}, { status: 200, requestId: 'AWS' }) : answer(call);
      },
      dollarsOf: (_, { readUnits, writeUnits }) => readUnits + 5 * writeUnits,
      tableChanged: (table) => happened.push(`changed ${table}`),
    };
  });
  return {
    sent,
    records,
    happened,
    schemaNamed: (name) => schemas.find((schema) => schema.name === name.toLowerCase()),
    grants: async () => made,
    now: () => new Date(0),
    onUnexpected: (error) => happened.push(`unexpected ${String(error)}`),
    pause: async (ms) => void happened.push(`pause ${ms > 0}`),
    audit: {
      record: async (_, record) => {
        const failure = failRecord?.(record);
        if (failure !== undefined) throw failure;
        happened.push(`record ${record.outcome}`);
        records.push(record);
      },
    },
  };
}

function key(name: string): KeyAttribute {
  return { name, type: 'S' };
}
