import { extname } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import { DURATION_FORM, parseDuration } from '../../config/quantities.js';
import type { Parameters } from '../../query/statement.js';
import { ROW_FORMATS, type RowFormat } from '../formats/row-format.js';

export const QUERY_FORMATS = [...ROW_FORMATS, 'parquet'] as const;
export type QueryFormat = RowFormat | 'parquet';

const EXTENSIONS: Readonly<Record<string, QueryFormat>> = {
  '.json': 'json',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.csv': 'csv',
  '.parquet': 'parquet',
  '.arrow': 'arrow',
};

export interface FormatChoice {
  readonly format: QueryFormat | undefined;
  /** The output file, where there is one. */
  readonly output: string | undefined;
  readonly isTerminal: boolean;
}

/**
 * The format that was asked for, else that of the output file's extension, else a table on a terminal and JSON lines
 * anywhere else. Throws USAGE for a binary format on a terminal.
 */
export function chooseFormat({ format, output, isTerminal }: FormatChoice): QueryFormat {
  if (output !== undefined) return format ?? EXTENSIONS[extname(output).toLowerCase()] ?? 'ndjson';
  if (isTerminal && (format === 'parquet' || format === 'arrow')) {
    throw new HeadgateError('USAGE', `The format ${format} is binary and would garble the terminal.`, {
      hint: `Write it to a file: --output rows.${format}`,
    });
  }
  return format ?? (isTerminal ? 'table' : 'ndjson');
}

const NAMED = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s;
// Keeps a positional value that looks like a named one from being read as such.
const VERBATIM = ':=';

/**
 * The values of `--param`, in order: `name=value` is for `$name`, anything else for the next `?`, and `:=value` is for the
 * next `?` whatever it looks like. Throws USAGE when both kinds are given, or a name twice.
 */
export function readParameters(written: readonly string[]): Parameters | undefined {
  if (written.length === 0) return undefined;
  const named = written.map((text) => NAMED.exec(text));
  const firstNamed = named.find((match) => match !== null);
  if (firstNamed === undefined) {
    const values = written.map((text) => (text.startsWith(VERBATIM) ? text.slice(VERBATIM.length) : text));
    return { kind: 'positional', values };
  }
  const values = new Map<string, string>();
  for (const match of named) {
    if (match === null) throw mixedParameters(firstNamed[0]);
    const [, name = '', value = ''] = match;
    if (values.has(name)) throw new HeadgateError('USAGE', `The parameter "${name}" is given twice.`);
    values.set(name, value);
  }
  return { kind: 'named', values: Object.fromEntries(values) };
}

function mixedParameters(named: string): HeadgateError {
  return new HeadgateError('USAGE', 'Named and positional parameters are mixed.', {
    detail: `"${named}" is a named parameter; another one has no name.`,
    hint: `Name them all, or write a positional value with = in it as --param "${VERBATIM}${named}"`,
  });
}

/** For commander: milliseconds of a duration. */
export function durationOption(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined) throw new InvalidArgumentError(`Use ${DURATION_FORM}.`);
  return milliseconds;
}

/** For commander: a number above zero. */
export function unitsOption(text: string): number {
  const units = text.trim() === '' ? Number.NaN : Number(text);
  if (!(units > 0 && Number.isFinite(units))) throw new InvalidArgumentError('Use a number above 0.');
  return units;
}

/** For commander: collects the values of an option that may be repeated. */
export function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}
