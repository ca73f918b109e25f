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
  const sql = await readText(argument, file, context);
  if (sql.trim() === '') throw new HeadgateError('USAGE', 'The statement is empty.', { hint: HINT });
  return sql;
}

async function readText(
  argument: string | undefined,
  file: string | undefined,
  { terminal, signal }: CommandContext,
): Promise<string> {
  if (argument !== undefined && file !== undefined) {
    throw new HeadgateError('USAGE', 'The statement is given twice: as an argument and by --file.', { hint: HINT });
  }
  if (argument === '-' || file === '-') return withoutByteOrderMark(await text(addAbortSignal(signal, terminal.stdin)));
  if (file !== undefined) return withoutByteOrderMark(await readSqlFile(resolve(terminal.cwd, file), signal));
  if (argument === undefined) throw new HeadgateError('USAGE', 'There is no statement.', { hint: HINT });
  return argument;
}

async function readSqlFile(path: string, signal: AbortSignal): Promise<string> {
  try {
    return await readFile(path, { encoding: 'utf8', signal });
  } catch (cause) {
    throw new HeadgateError('FILE_ERROR', `The file ${path} cannot be read.`, {
      detail: cause instanceof Error ? cause.message : String(cause),
      hint: 'Check the path given by --file.',
      cause,
    });
  }
}

function withoutByteOrderMark(sql: string): string {
  return sql.replace(/^\ufeff/, '');
}
