import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { addAbortSignal } from 'node:stream';
import { text } from 'node:stream/consumers';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { CommandContext } from './command-context.js';

const HINT = 'Give one statement: headgate query "SELECT ...", or --file statement.sql, or - for standard input.';

/** The statement from the argument, the file, or (`-`) standard input. Throws USAGE unless it is just one of them, or empty. */
export async function readStatement(
  argument: string | undefined,
  file: string | undefined,
  context: CommandContext,
): Promise<string> {
  return await readSource({ argument, file, noun: 'statement', hint: HINT }, context);
}

/** A text that is given in one of the ways in which a statement is; `noun` is what errors call it. Throws as `readStatement`. */
export async function readSource(
  source: {
    readonly argument: string | undefined;
    readonly file: string | undefined;
    readonly noun: string;
    readonly hint: string;
    /** The option that names the file; `--file` unless it is another. */
    readonly option?: string;
  },
  context: CommandContext,
): Promise<string> {
  const { argument, file, noun, hint, option = '--file' } = source;
  if (argument !== undefined && file !== undefined) {
    throw new HeadgateError('USAGE', `The ${noun} is given twice: as an argument and by ${option}.`, { hint });
  }
  const given = await readText({ argument, file, option }, context);
  if (given === undefined) throw new HeadgateError('USAGE', `There is no ${noun}.`, { hint });
  if (given.trim() === '') throw new HeadgateError('USAGE', `The ${noun} is empty.`, { hint });
  return given;
}

async function readText(
  {
    argument,
    file,
    option,
  }: { readonly argument: string | undefined; readonly file: string | undefined; option: string },
  { terminal, signal }: CommandContext,
): Promise<string | undefined> {
  if (argument === '-' || file === '-') return withoutByteOrderMark(await text(addAbortSignal(signal, terminal.stdin)));
  if (file !== undefined) return withoutByteOrderMark(await readTextFile(resolve(terminal.cwd, file), option, signal));
  return argument;
}

async function readTextFile(path: string, option: string, signal: AbortSignal): Promise<string> {
  try {
    return await readFile(path, { encoding: 'utf8', signal });
  } catch (cause) {
    throw new HeadgateError('FILE_ERROR', `The file ${path} cannot be read.`, {
      detail: cause instanceof Error ? cause.message : String(cause),
      hint: `Check the path given by ${option}.`,
      cause,
    });
  }
}

function withoutByteOrderMark(sql: string): string {
  return sql.replace(/^\ufeff/, '');
}
