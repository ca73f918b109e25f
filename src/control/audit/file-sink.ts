import { type FileHandle, open, stat } from 'node:fs/promises';
import path from 'node:path';
import type { AuditSink } from './sink.js';

/**
 * Appends to a file, readable by its owner only. Where the file was moved or removed, to rotate it, the next write makes a new
 * one. Failures are those of the file system.
 */
export function fileSink(file: string): AuditSink {
  let handle: FileHandle | undefined;
  let endsInLine = false;

  const reopen = async (): Promise<FileHandle> => {
    if (handle !== undefined && (await isStill(handle, file))) return handle;
    await handle?.close();
    handle = undefined;
    endsInLine = false;
    handle = await open(file, 'a', FILE_MODE);
    return handle;
  };

  return {
    name: path.basename(file),
    async write(lines) {
      const opened = await reopen();
      // A failure may have left a part of a line behind: what is sent again begins on a new one.
      const bytes = Buffer.from(endsInLine ? `\n${lines}` : lines);
      for (let at = 0; at < bytes.length; ) {
        const { bytesWritten } = await opened.write(bytes, at);
        at += bytesWritten;
        endsInLine = bytes[at - 1] !== LINE_FEED;
      }
    },
    async close() {
      await handle?.close();
      handle = undefined;
    },
  };
}

const FILE_MODE = 0o600;
const LINE_FEED = 10;

async function isStill(handle: FileHandle, file: string): Promise<boolean> {
  const [opened, named] = await Promise.all([handle.stat(), stat(file).catch(() => undefined)]);
  return opened.ino === named?.ino && opened.dev === named.dev;
}
