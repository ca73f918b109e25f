import { setTimeout as delay } from 'node:timers/promises';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { SchemaConfig } from '../../config/headgate-config.js';
import type { GrantBook } from '../../control/grants/grant-book.js';
import type { OperationContext, OperationSchema } from '../../operations/context.js';
import { dollarsOf, dollarsOfWrites } from '../../query/cost/price-of.js';
import type { LazyGateway } from '../lazy-gateway.js';
import { KeptTables } from './kept-tables.js';

export interface OperationContextParts {
  readonly schemas: readonly SchemaConfig[];
  readonly gateway: Pick<LazyGateway, 'connectionOf' | 'forgetTable'>;
  readonly book: Pick<GrantBook, 'current'>;
  /** Told of bugs. */
  readonly onUnexpected: (error: unknown) => void;
}

/** What operations need, over the connections of the gateway and the grants of the store; the gate adds who records. */
export function operationContext(parts: OperationContextParts): Omit<OperationContext, 'audit'> {
  const { schemas, book, onUnexpected } = parts;
  const byName = new Map(schemas.map((schema) => [schema.name.toLowerCase(), operationSchema(schema, parts)]));
  return {
    schemaNamed: (name) => byName.get(name.toLowerCase()),
    grants: async () => (await book.current()).grants,
    now: () => new Date(),
    pause,
    onUnexpected,
  };
}

function operationSchema({ name, tables }: SchemaConfig, parts: OperationContextParts): OperationSchema {
  const { gateway, onUnexpected } = parts;
  const directory = async () => (await gateway.connectionOf(name)).directory;
  const kept = new KeptTables(directory, Date.now);
  return {
    name,
    isOpenFor: (table) => tables === '*' || tables.includes(table),
    tableNames: async (signal) => (await directory()).listTables(signal),
    tableFacts: (table, signal) => kept.find(table, signal),
    send: async (call) => (await gateway.connectionOf(name)).raw.rawCall(call),
    dollarsOf(table, { readUnits, writeUnits }) {
      const priced = kept.peek(table);
      return dollarsOf(readUnits, priced) + dollarsOfWrites(writeUnits, priced);
    },
    tableChanged(table) {
      kept.forget(table);
      gateway.forgetTable({ schema: name, table }).catch(onUnexpected);
    },
  };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch (cause) {
    throw new HeadgateError('CANCELLED', 'The request was cancelled while it waited to be sent again.', { cause });
  }
}
