import type { FileHandle } from 'node:fs/promises';
import { type ChainEnd, NO_RECORD, readLine } from './audit-record.js';

export interface FileTail {
  /** The last whole record. */
  readonly end: ChainEnd;
  /** Whether the next record begins on a line of its own without further ado. */
  readonly endsInLine: boolean;
}

/**
 * How a chain in a file ends. A process or a machine that stopped while it wrote may have left a part of a record behind,
 * which was then not acknowledged: the chain goes on from the record before.
 */
export async function readTail(handle: FileHandle): Promise<FileTail> {
  const { size } = await handle.stat();
  // Mostly one block: a line is a few hundred bytes. Twice as much each time, until there is a whole record.
  for (let length = BLOCK_BYTES; ; length *= 2) {
    const start = Math.max(0, size - length);
    const text = await readBlock(handle, start, size - start);
    const end = lastRecord(text, start > 0) ?? (start === 0 ? NO_RECORD : undefined);
    if (end !== undefined) return { end, endsInLine: size > 0 && text.at(-1) !== LINE_FEED };
  }
}

const BLOCK_BYTES = 65_536;
const LINE_FEED = 10;

/** The first line is left out where it may have begun earlier. */
function lastRecord(text: Buffer, beginsInLine: boolean): ChainEnd | undefined {
  const lines = text.toString('utf8').split('\n');
  for (const line of lines.slice(beginsInLine ? 1 : 0).reverse()) {
    const reading = readLine(line);
    if (reading.kind === 'record') return reading.record;
  }
  return undefined;
}

async function readBlock(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const block = Buffer.alloc(length);
  for (let at = 0; at < length; ) {
    const { bytesRead } = await handle.read(block, at, length - at, position + at);
    if (bytesRead === 0) return block.subarray(0, at);
    at += bytesRead;
  }
  return block;
}
