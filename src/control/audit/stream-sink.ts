import type { Writable } from 'node:stream';
import type { AuditSink } from './sink.js';

/** Writes to a stream that is not ours to close, such as standard output; waits where it does not keep up. */
export function streamSink(name: string, stream: Writable): AuditSink {
  return {
    name,
    write: (lines) =>
      new Promise((resolve, reject) => {
        // Without a listener an error would end the process; the callback gets it too.
        const ignore = (): void => {};
        stream.once('error', ignore);
        stream.write(lines, (error) => {
          if (error) return reject(error);
          stream.removeListener('error', ignore);
          resolve();
        });
      }),
    async close() {},
  };
}
