import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HeadgateError } from '../base/errors/headgate-error.js';

/** Raised when the sample data or its tables change, so that homes with the older data load it again. */
const DATA_VERSION = '1';

/** Whether all the sample data of this version was loaded in this home. */
export async function isMarked(home: string): Promise<boolean> {
  try {
    return (await readFile(markerFile(home), 'utf8')) === DATA_VERSION;
  } catch {
    return false;
  }
}

/** Says that everything is in. Throws FILE_ERROR. */
export async function writeMarker(home: string): Promise<void> {
  const file = markerFile(home);
  try {
    await mkdir(home, { recursive: true });
    await writeFile(file, DATA_VERSION);
  } catch (cause) {
    throw new HeadgateError('FILE_ERROR', `${file} cannot be written.`, {
      detail: cause instanceof Error ? cause.message : String(cause),
      hint: 'Make the directory writable, or choose another one by HEADGATE_HOME.',
      cause,
    });
  }
}

/** Takes the marker away, also when it is not there. */
export async function removeMarker(home: string): Promise<void> {
  await rm(markerFile(home), { force: true });
}

function markerFile(home: string): string {
  return join(home, 'demo-data-version');
}
