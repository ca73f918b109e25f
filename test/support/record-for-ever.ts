import { writeSync } from 'node:fs';
import type { OpenTrail } from '../../src/control/audit/audit-event.js';
import type { ChildTask } from '../../src/control/audit/testing/child-task.js';
import { makeEvent } from '../../src/control/audit/testing/make-audit.js';
import { createSealer } from '../../src/control/store/seal.js';

// The tests start this file as a program: it records until it is killed, and writes the request id of each record that is
// safe to standard output.
await record(JSON.parse(process.argv[2] ?? ''));

async function record(task: ChildTask): Promise<void> {
  const trail = await openTrail(task);
  let number = 0;
  const work = async (): Promise<void> => {
    for (;;) {
      number += 1;
      const requestId = `${task.name}-${number}`;
      await trail.record(makeEvent({ requestId }));
      // At once, so that what is killed in between was not acknowledged.
      writeSync(1, `${requestId}\n`);
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
}

/** Loads only what the task needs: the file's processes are many and should start fast. */
async function openTrail(task: ChildTask): Promise<OpenTrail> {
  if (task.kind === 'file') {
    const { openFileTrail } = await import('../../src/control/audit/open-file-trail.js');
    return openFileTrail({ file: task.file, literals: 'redact' });
  }
  const { directory, databaseUrl, key } = task;
  const [{ openStore }, { openAuditTrail }] = await Promise.all([
    import('../../src/control/store/open-store.js'),
    import('../../src/control/audit/open-audit-trail.js'),
  ]);
  const store = await openStore({ directory, ...(databaseUrl === undefined ? {} : { databaseUrl }) });
  return openAuditTrail({ store, sealer: createSealer([Buffer.from(key, 'hex')]), literals: 'redact' });
}
