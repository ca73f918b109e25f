import { type FileHandle, open, rm } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { deserialize, serialize } from 'node:v8';
import { HeadgateError } from '../base/errors/headgate-error.js';
import { formatCount } from '../base/format-quantity.js';
import type { ResultValue, RowBatch } from '../query/result.js';
import type { ResultSpace } from './result-space.js';

/** A block is what is written, read and decoded at once: large enough to be quick, small enough to leave turns to others. */
const BLOCK_BYTES = 256 * 1024;
const BLOCK_ROWS = 1024;
/** Rows of the first block, when nothing is known of their size; the largest items of DynamoDB make a few MB of them. */
const FIRST_BLOCK_ROWS = 16;

interface Block {
  readonly firstRow: number;
  readonly rows: number;
  readonly length: number;
  /** Undefined once the block stands in the file. */
  bytes: Buffer | undefined;
  readonly offset: number;
}

export interface RowRange {
  /** 0-based. */
  readonly firstRow: number;
  readonly maxRows: number;
}

/** The rows of one result in their order, in memory and, when they become many, in a file. */
export class KeptRows {
  count = 0;
  private bytes = 0;
  private memoryBytes = 0;
  private readonly blocks: Block[] = [];
  private file: FileHandle | undefined;
  private isSpilled = false;
  private isClosed = false;
  private writing: Promise<void> = Promise.resolve();

  /** `makeRoom` is asked when there is no room for so many bytes, and tells whether there is now. */
  constructor(
    private readonly space: ResultSpace,
    private readonly name: string,
    private readonly makeRoom: (bytes: number) => Promise<boolean>,
  ) {}

  get sizeBytes(): number {
    return this.bytes;
  }

  /** Adds rows; not to be called again before it has ended. Throws RESOURCES_EXHAUSTED and FILE_ERROR. */
  append(batch: RowBatch): Promise<void> {
    this.writing = this.appendBlocks(batch);
    return this.writing;
  }

  /** No rows will follow: lets go of the file, which is opened again for each reading. */
  async finish(): Promise<void> {
    await this.file?.close();
    this.file = undefined;
  }

  /**
   * The rows of the range that are there; fewer when they are more than `maxBytes`, but at least one. Throws FILE_ERROR.
   */
  async read({ firstRow, maxRows }: RowRange, maxBytes: number): Promise<RowBatch> {
    const end = Math.min(firstRow + maxRows, this.count);
    const rows: (readonly ResultValue[])[] = [];
    let bytes = 0;
    const reader = new BlockReader(this.space.fileOf(this.name));
    try {
      const first = this.blocks.findLastIndex((block) => block.firstRow <= firstRow);
      for (let i = Math.max(first, 0); firstRow + rows.length < end && bytes < maxBytes; i++) {
        const block = this.blocks[i];
        if (block === undefined) break;
        const from = firstRow + rows.length - block.firstRow;
        rows.push(...(await reader.rowsOf(block)).slice(from, end - block.firstRow));
        bytes += block.length;
        await setImmediate();
      }
    } finally {
      await reader.close();
    }
    return rows;
  }

  /** Gives everything back. Safe to call twice. */
  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    await this.writing.catch(() => undefined);
    await this.finish();
    this.space.memoryBytes -= this.memoryBytes;
    this.space.totalBytes -= this.bytes;
    this.blocks.length = 0;
    if (this.isSpilled) await rm(this.space.fileOf(this.name), { force: true });
  }

  private async appendBlocks(batch: RowBatch): Promise<void> {
    for (let from = 0; from < batch.length && !this.isClosed; ) {
      const rows = batch.slice(from, from + this.rowsPerBlock());
      const bytes = serialize(rows);
      await this.take(bytes.length);
      const block: Block = { firstRow: this.count, rows: rows.length, length: bytes.length, bytes, offset: this.bytes };
      this.blocks.push(block);
      this.count += rows.length;
      this.bytes += bytes.length;
      this.memoryBytes += bytes.length;
      this.space.totalBytes += bytes.length;
      this.space.memoryBytes += bytes.length;
      if (this.isTooMuchForMemory()) await this.spill();
      from += rows.length;
      await setImmediate();
    }
  }

  private rowsPerBlock(): number {
    if (this.count === 0) return FIRST_BLOCK_ROWS;
    return Math.min(BLOCK_ROWS, Math.max(1, Math.floor((BLOCK_BYTES * this.count) / this.bytes)));
  }

  private async take(bytes: number): Promise<void> {
    const { resultBytes, totalBytes } = this.space.limits;
    if (this.bytes + bytes > resultBytes) {
      throw new HeadgateError('RESOURCES_EXHAUSTED', 'the result is larger than a result that is kept may be', {
        detail: `${formatCount(this.count)} rows were kept; ${formatCount(resultBytes)} bytes are allowed.`,
        hint: 'Ask for fewer rows or columns, or take the whole result as a stream (format ndjson, csv, arrow or parquet).',
      });
    }
    if (this.space.totalBytes + bytes > totalBytes && !(await this.makeRoom(bytes))) {
      throw new HeadgateError('RESOURCES_EXHAUSTED', 'there is no room to keep the result', {
        detail: 'Statements that still run take all the space for kept results.',
        hint: 'Try again later, or take the whole result as a stream (format ndjson, csv, arrow or parquet).',
      });
    }
  }

  private isTooMuchForMemory(): boolean {
    const { memoryBytes, resultMemoryBytes } = this.space.limits;
    return this.isSpilled || this.memoryBytes > resultMemoryBytes || this.space.memoryBytes > memoryBytes;
  }

  /** Everything that is in memory goes to the file; blocks stand there in their order, so each is at its offset. */
  private async spill(): Promise<void> {
    this.isSpilled = true;
    try {
      this.file ??= await open(this.space.fileOf(this.name), 'wx', 0o600);
      for (const block of this.blocks.slice(this.blocks.findIndex(({ bytes }) => bytes !== undefined))) {
        if (block.bytes !== undefined) await this.file.appendFile(block.bytes);
        block.bytes = undefined;
        this.memoryBytes -= block.length;
        this.space.memoryBytes -= block.length;
      }
    } catch (error) {
      throw new HeadgateError('FILE_ERROR', 'the result could not be kept on disk', { cause: error });
    }
  }
}

/** Reads blocks from memory or, with the file opened once, from there. */
class BlockReader {
  private file: FileHandle | undefined;

  constructor(private readonly path: string) {}

  async rowsOf(block: Block): Promise<RowBatch> {
    // Only ever what `serialize` made of a batch.
    return deserialize(block.bytes ?? (await this.bytesOf(block))) as RowBatch;
  }

  async close(): Promise<void> {
    await this.file?.close();
  }

  private async bytesOf({ offset, length }: Block): Promise<Buffer> {
    try {
      this.file ??= await open(this.path, 'r');
      const bytes = Buffer.allocUnsafe(length);
      for (let done = 0; done < length; ) {
        const { bytesRead } = await this.file.read(bytes, done, length - done, offset + done);
        if (bytesRead === 0) throw new Error('the file of the rows is too short');
        done += bytesRead;
      }
      return bytes;
    } catch (error) {
      throw new HeadgateError('FILE_ERROR', 'the rows that were kept could not be read', { cause: error });
    }
  }
}
