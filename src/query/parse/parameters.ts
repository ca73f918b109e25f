import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { Parameters, ParameterValue } from '../statement.js';
import type { Edit, EditedText } from './edited-text.js';
import { fromBytes, quoteString, scanSql, textOf } from './scan-sql.js';

/**
 * Puts the parameters' values into the text as SQL literals, so that the planner sees constants. A string becomes a
 * string literal, which SQL adapts to what it is compared with; the quoting makes injection impossible.
 * Throws PARAMETER_INVALID when one is missing, superfluous or of the wrong style.
 */
export function bindParameters(text: EditedText, parameters: Parameters | undefined): EditedText {
  const values = valuesByName(parameters);
  const used = new Set<string>();
  let positional = 0;
  const edits: Edit[] = [];
  for (const token of scanSql(text.bytes)) {
    if (token.kind !== 'parameter') continue;
    const written = fromBytes(textOf(text.bytes, token));
    const name = written === '?' ? String(++positional) : written.slice(1).toLowerCase();
    const value = values.get(name);
    if (value === undefined) throw missing(text, token.start, written, parameters);
    used.add(name);
    // `LIMIT?` is legal, `LIMIT5` is a word.
    edits.push({ start: token.start, end: token.end, text: ` ${literal(value)} ` });
  }
  const unused = [...values.keys()].filter((name) => !used.has(name));
  if (unused.length > 0) throw superfluous(unused, parameters);
  return text.edit(edits);
}

function valuesByName(parameters: Parameters | undefined): Map<string, ParameterValue> {
  if (parameters === undefined) return new Map();
  if (parameters.kind === 'positional') return new Map(parameters.values.map((value, i) => [String(i + 1), value]));
  return new Map(Object.entries(parameters.values).map(([name, value]) => [name.toLowerCase(), value]));
}

function literal(value: ParameterValue): string {
  if (value === null) return 'NULL';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'bigint') return value < 0n ? `(${value})` : String(value);
  if (typeof value === 'number') return numberLiteral(value);
  if (typeof value === 'string') return stringLiteral(value);
  if (value instanceof Uint8Array) return `from_base64('${Buffer.from(value).toString('base64')}')`;
  return `[${value.map(literal).join(', ')}]`;
}

function numberLiteral(value: number): string {
  if (!Number.isFinite(value)) return `'${value}'::DOUBLE`;
  return value < 0 || Object.is(value, -0) ? `(${value})` : String(value);
}

/** SQL text cannot hold the character U+0000, a DynamoDB string can. */
function stringLiteral(value: string): string {
  if (!value.includes('\0')) return quoteString(value);
  return `(${value.split('\0').map(quoteString).join(' || chr(0) || ')})`;
}

function missing(text: EditedText, offset: number, written: string, parameters: Parameters | undefined): HeadgateError {
  const given =
    parameters === undefined || Object.keys(parameters.values).length === 0
      ? 'no parameters were given'
      : parameters.kind === 'positional'
        ? `${parameters.values.length} positional parameter(s) were given`
        : `the given names are ${Object.keys(parameters.values).join(', ')}`;
  return new HeadgateError('PARAMETER_INVALID', `no value for the parameter ${written}`, {
    position: text.position(offset),
    detail: `In this call ${given}.`,
    hint: 'Give positional values for ? and $1, named values for $name: --param value, --param name=value.',
  });
}

function superfluous(unused: readonly string[], parameters: Parameters | undefined): HeadgateError {
  const names = parameters?.kind === 'positional' ? unused.map((name) => `number ${name}`) : unused;
  return new HeadgateError('PARAMETER_INVALID', `the statement has no parameter ${names.join(', ')}`, {
    hint: 'Take the value away, or write ?, $1 or $name where it belongs.',
  });
}
