import { setTimeout as delay } from 'node:timers/promises';
import type { Principal } from '../../access/principal.js';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { AskerConnections } from '../../connections/schema-connections.js';
import type { SchemaSource, ServedSchema } from '../../connections/served-schema.js';
import type { GrantBook } from '../../control/grants/grant-book.js';
import type { OperationContexts } from '../../gate/operation-gate.js';
import type { OperationSchema } from '../../operations/context.js';
import { dollarsOf, dollarsOfWrites } from '../../query/cost/price-of.js';
import type { LazyGateway } from '../lazy-gateway.js';
import { KeptTables } from './kept-tables.js';

export interface OperationContextParts {
  readonly schemas: SchemaSource;
  readonly gateway: Pick<LazyGateway, 'connections' | 'forgetTable'>;
  readonly book: Pick<GrantBook, 'current'>;
  /** Told of bugs. */
  readonly onUnexpected: (error: unknown) => void;
}

/** What operations need, over the connections of the gateway and the grants of the store; the gate adds who records. */
export function operationContexts(parts: OperationContextParts): OperationContexts {
  const { schemas, gateway, book, onUnexpected } = parts;
  const kept = new KeptBySchema(gateway);
  const grants = async () => {
    await schemas.current();
    return (await book.current()).grants;
  };
  const find = (name: string) => schemas.all().find(({ config }) => config.name.toLowerCase() === name.toLowerCase());
  return {
    schemas: () => schemas.all().map(({ config }) => config.name),
    grants,
    now: () => new Date(),
    async of(principal) {
      const own = await askerConnections(principal, parts);
      return {
        schemaNamed(name) {
          const schema = find(name);
          return schema === undefined ? undefined : operationSchema(schema, { own, kept: kept.of(schema), parts });
        },
        grants,
        now: () => new Date(),
        pause,
        onUnexpected,
        roleSession: () => own.roleSession(),
      };
    },
  };
}

/** The connections of a principal for one operation, in sessions narrowed to what it may use when they begin. */
async function askerConnections(
  principal: Principal,
  { gateway, book }: OperationContextParts,
): Promise<AskerConnections> {
  const { grants } = await book.current();
  return (await gateway.connections()).as({ principal, grants: () => grants });
}

interface Ways {
  readonly own: AskerConnections;
  readonly kept: KeptTables;
  readonly parts: OperationContextParts;
}

function operationSchema({ config: { name, tables } }: ServedSchema, { own, kept, parts }: Ways): OperationSchema {
  const { gateway, onUnexpected } = parts;
  const calls = own.of(name).raw;
  return {
    name,
    isOpenFor: (table) => tables === '*' || tables.includes(table),
    tableNames: async (signal) => (await gateway.connections()).whole(name).directory.listTables(signal),
    tableFacts: (table, signal) => kept.find(table, signal),
    send: (call) => calls.rawCall(call),
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

/** Descriptions of tables, as Headgate itself may see them; other ones as soon as the schema has changed. */
class KeptBySchema {
  private readonly kept = new Map<string, { readonly revision: string; readonly tables: KeptTables }>();

  constructor(private readonly gateway: Pick<LazyGateway, 'connections'>) {}

  of({ config: { name }, revision }: ServedSchema): KeptTables {
    const known = this.kept.get(name);
    if (known?.revision === revision) return known.tables;
    const directory = async () => (await this.gateway.connections()).whole(name).directory;
    const tables = new KeptTables(directory, Date.now);
    this.kept.set(name, { revision, tables });
    return tables;
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch (cause) {
    throw new HeadgateError('CANCELLED', 'The request was cancelled while it waited to be sent again.', { cause });
  }
}
