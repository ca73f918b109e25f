import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { HeadgateError } from '../base/errors/headgate-error.js';
import type { Item } from '../dynamodb/attribute-value.js';

/** The items of a demo table, from `examples/data`; all at once, because the largest file has under two megabytes of text. Throws FILE_ERROR. */
export async function demoItems(tableName: string): Promise<readonly Item[]> {
  // The same place from `src/demo` and from `dist/demo`.
  const path = fileURLToPath(new URL(`../../examples/data/${tableName}.ndjson.gz`, import.meta.url));
  try {
    const text = (await promisify(gunzip)(await readFile(path))).toString('utf8');
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Item); // our own file, whose tests look at every item
  } catch (cause) {
    throw new HeadgateError('FILE_ERROR', `The sample data in ${path} cannot be read.`, {
      detail: cause instanceof Error ? cause.message : String(cause),
      hint: 'Get the file again, for example by `git checkout examples/data`.',
      cause,
    });
  }
}
