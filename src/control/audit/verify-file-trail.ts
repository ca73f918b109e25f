import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import { NO_RECORD, readLine } from './audit-record.js';
import type { AuditReport, VerifyOptions } from './audit-report.js';
import { ChainCheck } from './chain-check.js';
import { withFileLock } from './file-lock.js';

export interface FileReport extends AuditReport {
  /**
   * Numbers of lines, from 1, that are no whole record: what was being written when a process or the machine stopped, and was
   * never acknowledged. The first hundred.
   */
  readonly torn: readonly number[];
}

/**
 * Looks at every record of a file that `openFileTrail` writes. Without a key nobody can tell whether the last records were
 * removed or all of them rewritten: keep the `head` of the report elsewhere for that. Throws FILE_ERROR.
 */
export async function verifyFileTrail(file: string, options: VerifyOptions = {}): Promise<FileReport> {
  const { signal, onProgress } = options;
  const check = new ChainCheck(NO_RECORD);
  const torn: number[] = [];
  let number = 0;
  try {
    const real = await realpath(file);
    // Nobody is in the middle of a line.
    const { size } = await withFileLock(real, () => stat(real));
    for await (const line of linesOf(real, size, signal)) {
      number += 1;
      const reading = readLine(line);
      if (reading.kind === 'fragment') {
        if (torn.length < TORN_KEPT) torn.push(number);
      } else if (reading.record !== undefined) {
        check.add(reading.record, reading.kind === 'record');
      } else {
        check.note('changed', check.end.sequence + 1, `line ${number} is not what was recorded`);
      }
      if (number % PROGRESS_LINES === 0) onProgress?.(check.looked);
    }
  } catch (cause) {
    if (signal?.aborted) throw new HeadgateError('CANCELLED', 'Verifying the audit file was cancelled.', { cause });
    throw new HeadgateError('FILE_ERROR', `The audit file ${file} could not be read.`, {
      detail: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
  onProgress?.(check.looked);
  return { ...check.report(), torn };
}

const TORN_KEPT = 100;
const PROGRESS_LINES = 10_000;

/** Lines of the first bytes of a file, without their line feeds. */
async function* linesOf(file: string, size: number, signal: AbortSignal | undefined): AsyncGenerator<string> {
  if (size === 0) return;
  const stream = createReadStream(file, {
    encoding: 'utf8',
    end: size - 1,
    ...(signal === undefined ? {} : { signal }),
  });
  const parts: string[] = [];
  for await (const chunk of stream) {
    const [first = '', ...others] = String(chunk).split('\n');
    parts.push(first);
    for (const next of others) {
      yield parts.splice(0).join('');
      parts.push(next);
    }
  }
  const rest = parts.join('');
  if (rest !== '') yield rest;
}
