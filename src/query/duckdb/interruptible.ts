import type { DuckDBConnection } from '@duckdb/node-api';

const REPEAT_MS = 20;

/**
 * Does work on a connection. An aborted signal interrupts it, and it then fails with DuckDB's interrupt error; once
 * aborted, the signal's reason is thrown and nothing begins. The interrupt is repeated until the work has ended, because
 * DuckDB forgets one that comes before the work has reached its own thread.
 */
export async function interruptible<T>(
  connection: DuckDBConnection,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  let repeated: NodeJS.Timeout | undefined;
  const interrupt = () => {
    connection.interrupt();
    repeated = setInterval(() => connection.interrupt(), REPEAT_MS);
  };
  signal.addEventListener('abort', interrupt, { once: true });
  try {
    return await work();
  } finally {
    signal.removeEventListener('abort', interrupt);
    clearInterval(repeated);
  }
}
