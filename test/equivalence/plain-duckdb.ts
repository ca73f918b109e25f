import {
  DuckDBBlobValue,
  DuckDBDecimalValue,
  DuckDBInstance,
  DuckDBListValue,
  DuckDBStructValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import { sqlTypeName } from '../../src/catalog/column-type.js';
import type { LoadedTable } from './gateway-under-test.js';
import { quoted } from './places.js';
import { literalOf, plainItem } from './plain-values.js';
import type { RandomTable } from './random-tables.js';

export interface PlainAnswer {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly PlainValue[])[];
}

export type PlainValue = null | boolean | number | bigint | string | Uint8Array | readonly PlainValue[];

/** DuckDB by itself, over the same rows: what every statement should answer. */
export interface PlainDuckdb {
  /** No two tables of a run have the same name. */
  load(tables: readonly RandomTable[], loaded: readonly LoadedTable[]): Promise<void>;
  ask(sql: string): Promise<PlainAnswer>;
  close(): void;
}

const SETTINGS = [
  "SET TimeZone='UTC'",
  // It filters below a LIMIT (duckdb/duckdb#22924).
  "SET disabled_optimizers='join_filter_pushdown'",
  'CREATE SCHEMA test',
  'USE test',
];

export async function openPlainDuckdb(): Promise<PlainDuckdb> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  // A connection does one thing after the other, and does not wait by itself.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
  for (const setting of SETTINGS) await connection.run(setting);
  return {
    async load(tables, loaded) {
      for (const [i, table] of tables.entries()) {
        const { name = '', columns = [] } = loaded[i] ?? {};
        const definitions = columns.map((column) => `${quoted(column.name)} ${sqlTypeName(column.type)}`);
        await inTurn(() =>
          connection.run(`CREATE TABLE test.${quoted(name)} (${[...definitions, '_item JSON'].join(', ')})`),
        );
        const rows = table.items.map((item) => {
          const values = columns.map(({ attribute, type }) =>
            literalOf(Object.hasOwn(item, attribute) ? item[attribute] : undefined, type),
          );
          return `(${[...values, `'${plainItem(item).replaceAll("'", "''")}'::JSON`].join(', ')})`;
        });
        if (rows.length === 0) continue;
        await inTurn(() => connection.run(`INSERT INTO test.${quoted(name)} VALUES ${rows.join(', ')}`));
      }
    },
    async ask(sql) {
      const reader = await inTurn(() => connection.runAndReadAll(sql));
      const types = reader.columnTypes();
      return {
        columns: reader.columnNames().map((name, i) => ({ name, type: types[i]?.alias ?? String(types[i]) })),
        rows: reader.getRows().map((row) => row.map(plainValue)),
      };
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

function plainValue(value: DuckDBValue): PlainValue {
  if (value === null || typeof value !== 'object') return value ?? null;
  if (value instanceof DuckDBBlobValue) return value.bytes;
  if (value instanceof DuckDBListValue) return value.items.map(plainValue);
  if (value instanceof DuckDBStructValue) return Object.values(value.entries).map(plainValue);
  if (value instanceof DuckDBDecimalValue) return value.toString();
  return String(value);
}
