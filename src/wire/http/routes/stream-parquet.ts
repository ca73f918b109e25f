import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { sendBody } from './send-body.js';
import type { StreamRun } from './stream-rows.js';

/** Runs the statement into a file, sends the file, and removes it: Parquet has its index at the end. */
export async function streamParquet(run: StreamRun): Promise<void> {
  const { statements, caller, request, control, reply } = run;
  const { path, plan, summary } = await statements.exportParquet(caller, request, control.signal);
  try {
    control.onResult({ plan, summary: () => summary });
    reply.header('content-length', (await stat(path)).size);
    await sendBody(run, async (body) => {
      await pipeline(createReadStream(path), body, { end: false, signal: control.signal });
    });
  } finally {
    await rm(path, { force: true });
  }
}
