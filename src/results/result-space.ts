import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HeadgateError } from '../base/errors/headgate-error.js';
import { makeTemporaryFolder } from '../query/temporary-folder.js';

export interface SpaceLimits {
  /** Bytes of rows in memory, of all results together. */
  readonly memoryBytes: number;
  /** Bytes of rows in memory and in files, of all results together. */
  readonly totalBytes: number;
  /** Bytes of rows of one result. */
  readonly resultBytes: number;
  /** A result of more bytes goes to a file even where there is room in memory. */
  readonly resultMemoryBytes: number;
}

/** What all kept rows together take. Nothing is counted twice: whoever takes bytes gives them back. */
export class ResultSpace {
  memoryBytes = 0;
  totalBytes = 0;

  private constructor(
    readonly limits: SpaceLimits,
    private readonly folder: string,
  ) {}

  /** Makes a folder of its own in `directory`; removes those that processes left there which have ended. Throws FILE_ERROR. */
  static async open(directory: string, limits: SpaceLimits): Promise<ResultSpace> {
    try {
      return new ResultSpace(limits, await makeTemporaryFolder(directory));
    } catch (error) {
      throw new HeadgateError('FILE_ERROR', `cannot make a folder in ${directory}`, { cause: error });
    }
  }

  fileOf(name: string): string {
    return join(this.folder, name);
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
