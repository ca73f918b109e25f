import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The Headgate process that serves the directory of an embedded DynamoDB, as it wrote it down; undefined when it is just leaving. */
export async function ownerPid(directory: string): Promise<number | undefined> {
  try {
    const state: unknown = JSON.parse(await readFile(join(directory, 'server.json'), 'utf8'));
    const pid: unknown = Object(state).ownerPid;
    return typeof pid === 'number' ? pid : undefined;
  } catch {
    return undefined;
  }
}
