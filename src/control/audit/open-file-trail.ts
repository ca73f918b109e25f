import { type FileHandle, mkdir, open, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import { auditContent, type LiteralsSetting } from './audit-content.js';
import type { OpenTrail } from './audit-event.js';
import { type AuditContent, chainRecord, recordLine } from './audit-record.js';
import { withFileLock } from './file-lock.js';
import { readTail } from './file-tail.js';
import { GroupCommit } from './group-commit.js';

export interface FileTrailOptions {
  /** Made, with its folder, when the first event is recorded. */
  readonly file: string;
  readonly literals: LiteralsSetting;
}

/**
 * An audit trail in a file of JSON lines with a chain of its own, for the command line without a gateway. Several processes
 * may record in one file. What is recorded is on the disk, not only with the system. `record` throws FILE_ERROR.
 */
export function openFileTrail({ file, literals }: FileTrailOptions): OpenTrail {
  const group = new GroupCommit<AuditContent>({ commit: (batch) => appendRecords(file, batch) });
  return {
    record: async (event) => await group.add(auditContent(event, literals)),
    close: () => group.close(),
  };
}

async function appendRecords(file: string, batch: readonly AuditContent[]): Promise<void> {
  try {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    // One file has one lock, whatever links lead to it.
    const real = await realPath(file);
    await withFileLock(real, async () => {
      const isNew = (await stat(real).catch(() => undefined)) === undefined;
      const handle = await open(real, 'a+', FILE_MODE);
      try {
        await append(handle, batch);
      } finally {
        await handle.close();
      }
      if (isNew) await syncDirectory(path.dirname(real));
    });
  } catch (cause) {
    throw new HeadgateError('FILE_ERROR', `The audit file ${file} could not be written.`, {
      detail: cause instanceof Error ? cause.message : String(cause),
      hint: 'Nothing is done that cannot be recorded. Check that the file is writable and the disk not full.',
      cause,
    });
  }
}

async function append(handle: FileHandle, batch: readonly AuditContent[]): Promise<void> {
  let { end, endsInLine } = await readTail(handle);
  let text = endsInLine ? '\n' : '';
  for (const content of batch) {
    const record = chainRecord(content, end);
    text += recordLine(record);
    end = record;
  }
  await handle.appendFile(text);
  await handle.datasync();
}

const FILE_MODE = 0o600;

async function realPath(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch {
    // Not there yet, so it is no link.
    return path.join(await realpath(path.dirname(file)), path.basename(file));
  }
}

/** A new file is in its folder for good only then. Windows cannot open folders, and needs not. */
async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
