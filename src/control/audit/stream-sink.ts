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
          // The stream tells its listeners after the callback, if it tells them at all.
          setImmediate(() => stream.removeListener('error', ignore));
          if (error) reject(error);
          else resolve();
        });
      }),
    async close() {},
  };
}
