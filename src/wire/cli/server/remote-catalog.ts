import { HeadgateError } from '../../../base/errors/headgate-error.js';
import { allOf } from '../admin/paged.js';
import { presenceText } from '../column-rows.js';
import { factsText } from '../describe-text.js';
import type { ServerClient } from './server-client.js';

interface TableName {
  readonly schema: string;
  readonly table: string;
}

/** The tables that a gateway shows, of all schemas or one, in their order there. */
export async function remoteTables(server: ServerClient, only: string | undefined): Promise<TableName[]> {
  const schemas =
    only === undefined ? await allOf<{ schemaName: string }>(server, '/v1/schemas') : [{ schemaName: only }];
  const tables: TableName[] = [];
  for (const { schemaName: schema } of schemas) {
    const path = `/v1/schemas/${encodeURIComponent(schema)}/tables`;
    for (const { tableName } of await allOf<{ tableName: string }>(server, path))
      tables.push({ schema, table: tableName });
  }
  return tables;
}

/** What a gateway tells of one table; a part of it. */
interface TableRecord {
  readonly schemaName: string;
  readonly tableName: string;
  readonly status: string;
  readonly itemCount: number;
  readonly sizeBytes: number;
  readonly billingMode: string;
  readonly partitionKey: KeyAttribute;
  readonly sortKey?: KeyAttribute;
  readonly columns: readonly {
    readonly name: string;
    readonly type: string;
    readonly presence?: number;
    readonly reason: string;
  }[];
  readonly indexes: readonly IndexRecord[];
  readonly sample?: { items: number; averageItemBytes: number; readUnits: number; takenAt: string; complete: boolean };
  readonly describedAt: string;
}

interface KeyAttribute {
  readonly name: string;
  readonly type: 'S' | 'N' | 'B';
}

interface IndexRecord {
  readonly name: string;
  readonly type: 'global' | 'local';
  readonly partitionKeys: readonly KeyAttribute[];
  readonly sortKeys: readonly KeyAttribute[];
  readonly projection: 'all' | 'keys-only' | 'include';
  readonly includedAttributes?: readonly string[];
  readonly usable: boolean;
  readonly itemCount: number;
  readonly sizeBytes: number;
}

/** Describes a table by what a gateway tells, as text or as its JSON. `written` is `schema.table`, or a table of `schema`. */
export async function remoteDescription(
  server: ServerClient,
  written: string,
  { schema: given, format }: { readonly schema: string | undefined; readonly format: 'table' | 'json' | undefined },
): Promise<string> {
  const dot = written.indexOf('.');
  const [schema, table] =
    given === undefined ? [written.slice(0, Math.max(0, dot)), written.slice(dot + 1)] : [given, written];
  if (schema === '') {
    throw new HeadgateError('USAGE', `Say of which schema "${table}" is.`, {
      hint: `Write schema.${table}, or --schema.`,
    });
  }
  const path = `/v1/schemas/${encodeURIComponent(schema)}/tables/${encodeURIComponent(table)}`;
  const record = await server.call<TableRecord>('GET', path);
  return format === 'json' ? `${JSON.stringify(record, null, 2)}\n` : factsText(factsOf(record), Date.now());
}

function factsOf({ schemaName, tableName, columns, indexes, billingMode, sample, sortKey, ...rest }: TableRecord) {
  return {
    schema: schemaName,
    name: tableName,
    sample,
    describedAt: rest.describedAt,
    description: {
      ...rest,
      sortKey,
      billing: billingMode,
      tableClass: 'STANDARD' as const,
      indexes: indexes.map(({ type, projection, includedAttributes = [], ...index }) => ({
        ...index,
        kind: type,
        projection:
          projection === 'include' ? { kind: projection, attributes: includedAttributes } : { kind: projection },
      })),
    },
    columnRows: columns.map((column) => [column.name, column.type, presenceText(column), column.reason]),
  };
}
