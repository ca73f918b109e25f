import type { Parameters, ParameterValue } from '../../src/query/statement.js';

/** One `statement` or `query` of a `.test` file, with the directives above it. */
export interface SqlRecord {
  /** Where it begins, from 1. */
  readonly line: number;
  readonly sql: string;
  readonly expected: Expected;
  readonly parameters: Parameters | undefined;
  /** One line per table reference of the plan: `alias path [index]`. Undefined when the plan does not matter. */
  readonly plan: readonly string[] | undefined;
  /** Read units consumed. */
  readonly units: number | undefined;
}

export type Expected =
  | { readonly kind: 'ok' }
  | { readonly kind: 'error'; readonly code: string; readonly pattern: RegExp }
  | { readonly kind: 'rows'; readonly types: string; readonly sort: SortMode; readonly rows: readonly string[] };

export type SortMode = 'nosort' | 'rowsort' | 'valuesort';

/** The records of a `.test` file, whose form README.md tells. Throws an Error with the line for anything else. */
export function readRecords(text: string): SqlRecord[] {
  const records: SqlRecord[] = [];
  let block: string[] = [];
  text.split('\n').forEach((line, index) => {
    if (line.startsWith('#')) return;
    if (line !== '') block.push(line);
    else if (block.length > 0) {
      records.push(readRecord(block, index - block.length + 1));
      block = [];
    }
  });
  if (block.length > 0) throw new Error('the last record needs a line feed at its end');
  return records;
}

function readRecord(block: readonly string[], line: number): SqlRecord {
  const head = block.findIndex((text) => /^(statement|query) /.test(text));
  if (head < 0) throw new Error(`line ${line}: neither a statement nor a query`);
  const separator = block.indexOf('----');
  const end = separator < 0 ? block.length : separator;
  const directives = readDirectives(block.slice(0, head), line);
  const sql = block.slice(head + 1, end).join('\n');
  return { line, sql, ...directives, expected: readExpected(block[head] ?? '', block.slice(end + 1), line) };
}

function readDirectives(lines: readonly string[], line: number): Pick<SqlRecord, 'parameters' | 'plan' | 'units'> {
  const of = (name: string) =>
    lines.flatMap((text) => (text.startsWith(`${name} `) ? text.slice(name.length + 1) : []));
  const [parameters, plan, units] = [of('param'), of('require-plan'), of('units')];
  if (parameters.length + plan.length + units.length !== lines.length) {
    throw new Error(`line ${line}: only param, require-plan and units may stand above a record`);
  }
  return {
    parameters: readParameters(parameters),
    plan: plan.length === 0 ? undefined : plan,
    units: units[0] === undefined ? undefined : Number(units[0]),
  };
}

function readExpected(head: string, rows: readonly string[], line: number): Expected {
  const [kind = '', what = '', ...rest] = head.split(' ');
  if (kind === 'statement' && what === 'ok') return { kind: 'ok' };
  if (kind === 'statement' && what === 'error') {
    return { kind: 'error', code: rest[0] ?? '', pattern: new RegExp(rest.slice(1).join(' ')) };
  }
  const sort = rest[0] ?? 'nosort';
  if (kind === 'query' && /^[IRT]+$/.test(what) && isSortMode(sort)) return { kind: 'rows', types: what, sort, rows };
  throw new Error(`line ${line}: ${head}`);
}

function isSortMode(word: string): word is SortMode {
  return word === 'nosort' || word === 'rowsort' || word === 'valuesort';
}

const NAMED = /^([A-Za-z_]\w*)=(.*)$/;

/** Values are JSON; integers too large for it are read exactly. */
function readParameters(lines: readonly string[]): Parameters | undefined {
  if (lines.length === 0) return undefined;
  const named = lines.flatMap((text) => {
    const match = NAMED.exec(text);
    return match === null ? [] : [[match[1] ?? '', readValue(match[2] ?? '')] as const];
  });
  return named.length > 0
    ? { kind: 'named', values: Object.fromEntries(named) }
    : { kind: 'positional', values: lines.map(readValue) };
}

function readValue(text: string): ParameterValue {
  return /^-?\d{16,}$/.test(text) ? BigInt(text) : (JSON.parse(text) as ParameterValue); // our own test files
}
