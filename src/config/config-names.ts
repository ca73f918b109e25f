import { z } from 'zod';
import { didYouMean } from './config-words.js';

export interface NameProblem {
  readonly path: readonly PropertyKey[];
  readonly problem: string;
}

// Reads only the names and lets everything else pass, so that names are checked beside other problems of the same file.
const name = z.string().catch('');
const tableList = z.array(name).or(z.undefined()).catch(undefined);
const anyMapping = z.record(z.string(), z.unknown()).catch({});
/** Keys of a schema under which names of tables stand. */
const BY_TABLE = ['columns', 'hideExpired', 'unitsPerSecond'] as const;
const byTable = { columns: anyMapping, hideExpired: anyMapping, unitsPerSecond: anyMapping };
const schema = z.object({ name, tables: tableList, ...byTable });
const noSchema = schema.parse({});
const namesOfFile = z
  .object({
    schemas: z.array(schema.catch(noSchema)).catch([]),
    grants: z.array(z.object({ object: name }).catch({ object: '' })).catch([]),
  })
  .catch({ schemas: [], grants: [] });

type Schema = z.output<typeof schema>;

/** Names given twice, and names that refer to nothing in the file: of schemas in grants, of tables in their settings and grants. */
export function findNameProblems(value: unknown): NameProblem[] {
  const { schemas, grants } = namesOfFile.parse(value);
  return [
    // SQL matches names of schemas without regard to case.
    ...duplicates(schemas.map((one) => one.name.toLowerCase())).map((index) => ({
      path: ['schemas', index, 'name'],
      problem: `duplicate schema name "${schemas[index]?.name}"`,
    })),
    ...schemas.flatMap((one, index) => tableProblems(one, ['schemas', index])),
    ...grants.flatMap((grant, index) => objectProblems(grant.object, schemas, ['grants', index, 'object'])),
  ];
}

function tableProblems(schema: Schema, path: readonly PropertyKey[]): NameProblem[] {
  const { tables } = schema;
  if (tables === undefined) return [];
  return [
    ...duplicates(tables).map((index) => ({
      path: [...path, 'tables', index],
      problem: `duplicate table name "${tables[index]}"`,
    })),
    ...BY_TABLE.flatMap((key) =>
      Object.keys(schema[key])
        .filter((table) => !tables.includes(table))
        .map((table) => ({ path: [...path, key, table], problem: unlisted(table, tables) })),
    ),
  ];
}

function objectProblems(object: string, schemas: readonly Schema[], path: readonly PropertyKey[]): NameProblem[] {
  const { schema: schemaName, table } = splitObject(object);
  if (schemaName === '')
    return object === '' ? [] : [{ path, problem: `bad object "${object}": use schema or schema.table` }];
  const schema = schemas.find((one) => one.name === schemaName);
  if (schema === undefined) {
    const names = schemas.map((one) => one.name);
    return [{ path, problem: `no schema is named "${schemaName}"${didYouMean(schemaName, names) ?? ''}` }];
  }
  if (table === undefined || schema.tables === undefined || schema.tables.includes(table)) return [];
  return [{ path, problem: unlisted(table, schema.tables) }];
}

/** `schema` or `schema.table`. Only the first dot divides: names of tables may have dots, those of schemas may not. */
export function splitObject(object: string): { readonly schema: string; readonly table: string | undefined } {
  const dot = object.indexOf('.');
  return dot < 0
    ? { schema: object, table: undefined }
    : { schema: object.slice(0, dot), table: object.slice(dot + 1) };
}

function unlisted(table: string, tables: readonly string[]): string {
  return `"${table}" is not among the tables of the schema${didYouMean(table, tables) ?? ''}`;
}

/** Places of the values that stood earlier already; empty ones are another's problem. */
function duplicates(values: readonly string[]): number[] {
  return values.flatMap((value, index) => (value !== '' && values.indexOf(value) < index ? [index] : []));
}
