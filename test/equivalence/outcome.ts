import { HeadgateError } from '../../src/base/errors/headgate-error.js';
import type { ResultValue } from '../../src/query/result.js';
import { FAULT_CODES } from '../faults/fault-plan.js';
import type { GatewayAnswer } from './gateway-under-test.js';
import type { PlainAnswer, PlainValue } from './plain-duckdb.js';

/** What a statement came to, in a form that can be compared: rows as texts, or the class of the error. */
export type Outcome =
  | { readonly kind: 'rows'; readonly columns: readonly string[]; readonly rows: readonly string[] }
  | { readonly kind: 'error'; readonly error: ErrorClass; readonly message: string };

/** `fault`: DynamoDB failed and the error says so. `duckdb`: a bug of DuckDB's own, which it calls an internal error. */
type ErrorClass = 'syntax' | 'statement' | 'value' | 'fault' | 'duckdb' | 'other';

export async function gatewayOutcome(answer: Promise<GatewayAnswer>): Promise<Outcome> {
  try {
    const { columns, rows } = await answer;
    return {
      kind: 'rows',
      columns: columns.map(({ name, type }) => columnText(name, type.sql)),
      rows: rows.map(rowText),
    };
  } catch (error) {
    if (!(error instanceof HeadgateError)) throw error;
    return { kind: 'error', error: classOf(error), message: errorText(error) };
  }
}

function classOf(error: HeadgateError): ErrorClass {
  if (FAULT_CODES.has(error.code)) return 'fault';
  const cause = error.cause instanceof Error ? error.cause.message : '';
  if (error.code === 'INTERNAL' && cause.includes('"exception_type":"INTERNAL"')) return 'duckdb';
  return GATEWAY_ERRORS[error.code] ?? 'other';
}

/** DuckDB's client calls JSON inside of other types VARCHAR, which it is. */
function columnText(name: string, type: string): string {
  return `${name} ${type.replace(/\bJSON\b/g, 'VARCHAR')}`;
}

function errorText({ code, message, detail, cause }: HeadgateError): string {
  const texts = [`${code}: ${message}`, detail ?? '', cause instanceof Error ? cause.message : ''];
  // What DuckDB says of its own bugs has the whole stack below the first line.
  return texts.map((each) => each.split('\n', 1)[0]?.slice(0, 300)).join(' ');
}

const GATEWAY_ERRORS: Readonly<Record<string, ErrorClass>> = {
  SQL_SYNTAX: 'syntax',
  SQL_INVALID: 'statement',
  COLUMN_NOT_FOUND: 'statement',
  TABLE_NOT_FOUND: 'statement',
  SQL_UNSUPPORTED: 'statement',
  SQL_EXECUTION: 'value',
};

export async function plainOutcome(answer: Promise<PlainAnswer>): Promise<Outcome> {
  try {
    const { columns, rows } = await answer;
    return { kind: 'rows', columns: columns.map(({ name, type }) => columnText(name, type)), rows: rows.map(rowText) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const [type = ''] = /^[A-Za-z ]+(?= Error)/.exec(message) ?? [];
    const known = {
      Parser: 'syntax',
      Binder: 'statement',
      Catalog: 'statement',
      'Not implemented': 'statement',
      INTERNAL: 'duckdb',
    } as const;
    return { kind: 'error', error: known[type as keyof typeof known] ?? 'value', message }; // Other types give undefined.
  }
}

export interface Difference {
  /** The same for differences that look alike: what a failing case may shrink to. */
  readonly kind: string;
  readonly text: string;
}

/** Undefined when both are the same; `ordered` says whether the order of rows counts. */
export function difference(a: Outcome, b: Outcome, ordered: boolean): Difference | undefined {
  if (a.kind === 'error' && b.kind === 'error') {
    return a.error === b.error
      ? undefined
      : { kind: `fail ${a.error} ${b.error}`, text: 'both fail, in different ways' };
  }
  if (a.kind === 'error') return { kind: `first fails ${withoutNames(a.message)}`, text: 'only the first one fails' };
  if (b.kind === 'error') return { kind: `second fails ${withoutNames(b.message)}`, text: 'only the second one fails' };
  const [first, second] = ordered ? [a.rows, b.rows] : [[...a.rows].sort(), [...b.rows].sort()];
  if (a.columns.join('\n') !== b.columns.join('\n')) {
    return { kind: 'columns', text: `${a.columns.join(', ')}\n${b.columns.join(', ')}` };
  }
  if (first.join('\n') === second.join('\n')) return undefined;
  const [onlyFirst, onlySecond] = [without(first, second), without(second, first)];
  if (onlyFirst.length + onlySecond.length === 0) return { kind: 'order', text: 'the same rows in another order' };
  return {
    kind: 'rows',
    text: [...onlyFirst.map((row) => `- ${row}`), ...onlySecond.map((row) => `+ ${row}`)].join('\n'),
  };
}

/** For LIMIT without ORDER BY: undefined when both have as many rows, all of them from the whole answer. */
export function partDifference(a: Outcome, b: Outcome, whole: Outcome): Difference | undefined {
  if (a.kind === 'error' || b.kind === 'error' || whole.kind === 'error') return difference(a, b, false);
  if (a.rows.length !== b.rows.length) {
    return { kind: 'number of rows', text: `${a.rows.length} and ${b.rows.length} rows` };
  }
  const strangers = [...without(a.rows, whole.rows), ...without(b.rows, whole.rows)];
  return strangers.length === 0 ? undefined : { kind: 'strangers', text: `not in the whole: ${strangers.join('\n')}` };
}

function withoutNames(message: string): string {
  return message.replace(/["'].*["']|\d+/g, '').slice(0, 60);
}

/** The rows of a multiset that another one does not have. */
function without(rows: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return rows.filter((row) => {
    const at = left.indexOf(row);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function rowText(row: readonly (ResultValue | PlainValue)[]): string {
  return row.map(cellText).join(' | ');
}

function cellText(value: ResultValue | PlainValue): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return JSON.stringify(value);
  // Sums of doubles depend on the order of rows in their last digits.
  if (typeof value === 'number') return String(Number(value.toPrecision(12)));
  if (value instanceof Uint8Array) return `x'${Buffer.from(value).toString('hex')}'`;
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${value.map(cellText).join(', ')}]`;
  throw new Error(`a value that is not expected here: ${JSON.stringify(value)}`);
}
