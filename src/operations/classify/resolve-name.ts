import { HeadgateError } from '../../base/errors/headgate-error.js';
import { invalid } from '../refuse.js';
import type { WrittenName } from './touch.js';

/** What plain names mean for the caller. */
export interface NameScope {
  /** The schema of names that name none; undefined: every name must. */
  readonly defaultSchema: string | undefined;
  /**
   * The schema of that name, in any case, as it is spelled; undefined where there is none, or none that the caller may know
   * of: what is hidden must read like what is missing.
   */
  schemaNamed(name: string): string | undefined;
}

export interface ResolvedName {
  readonly schema: string;
  readonly table: string;
  readonly index?: string;
  /** What an ARN said besides; to be compared with the ARN of the table. */
  readonly arn?: ArnPlace;
}

export interface ArnPlace {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/**
 * The table that a name stands for. A name with a point is `schema.table` wherever such a schema exists, else one name with a
 * point in it, which DynamoDB allows. Throws REQUEST_INVALID, and SCHEMA_NOT_FOUND where no schema can be meant.
 */
export function resolveName(name: WrittenName, at: string, scope: NameScope): ResolvedName {
  if (name.kind === 'name') return resolveText(name.text, at, scope);
  const { kind, source } = name.statement;
  const [first = '', second, third] = source.parts;
  const mayNameIndex = kind === 'SELECT' || kind === 'EXISTS';
  if (second === undefined) return resolveText(first, at, scope);
  const schema = scope.schemaNamed(first);
  if (schema === undefined) {
    if (third !== undefined) throw noSchema(first);
    if (!mayNameIndex) throw invalid(at, `${JSON.stringify(first)} is no schema, and only SELECT can name an index`);
    return { ...resolveText(first, at, scope), index: checkedName(second, at) };
  }
  if (third === undefined) return { schema, table: checkedName(second, at) };
  if (!mayNameIndex) throw invalid(at, 'only SELECT can name an index');
  return { schema, table: checkedName(second, at), index: checkedName(third, at) };
}

function resolveText(text: string, at: string, scope: NameScope): ResolvedName {
  if (text.startsWith('arn:')) return resolveArn(text, at, scope);
  const point = text.indexOf('.');
  const schema = point < 0 ? undefined : scope.schemaNamed(text.slice(0, point));
  if (schema !== undefined) return { schema, table: checkedName(text.slice(point + 1), at) };
  return { schema: defaultSchema(scope, text), table: checkedName(text, at) };
}

const ARN =
  /^arn:(?<partition>aws[a-z-]*):dynamodb:(?<region>[a-z0-9-]+):(?<account>\d{12}):table\/(?<table>[A-Za-z0-9_.-]+)(?:\/index\/(?<index>[A-Za-z0-9_.-]+))?$/;

function resolveArn(text: string, at: string, scope: NameScope): ResolvedName {
  const { partition, region, account, table, index } = ARN.exec(text)?.groups ?? {};
  if (partition === undefined || region === undefined || account === undefined || table === undefined) {
    throw invalid(at, `${JSON.stringify(text.slice(0, 200))} is not the ARN of a table or of an index`);
  }
  return {
    schema: defaultSchema(scope, text),
    table: checkedName(table, at),
    ...(index === undefined ? {} : { index }),
    arn: { partition, region, account },
  };
}

/** What DynamoDB lets names of tables and indexes be, so that none needs an escape wherever it is written. */
const NAME = /^[A-Za-z0-9_.-]{1,255}$/;

function checkedName(name: string, at: string): string {
  if (NAME.test(name)) return name;
  throw invalid(
    at,
    `${JSON.stringify(name.slice(0, 100))} is no name of a table: letters, digits, "_", "-" and "." only`,
  );
}

function defaultSchema({ defaultSchema: schema }: NameScope, name: string): string {
  if (schema !== undefined) return schema;
  throw new HeadgateError('SCHEMA_NOT_FOUND', `${JSON.stringify(name.slice(0, 100))} names no schema that exists.`, {
    hint: 'Write schema.table, or name the schema of the request.',
  });
}

function noSchema(name: string): HeadgateError {
  return new HeadgateError('SCHEMA_NOT_FOUND', `There is no schema ${JSON.stringify(name.slice(0, 100))}.`);
}
