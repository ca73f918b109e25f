import { readdir } from 'node:fs/promises';
import { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { vi } from 'vitest';
import type { FaultProxy } from '../faults/fault-proxy.js';
import type { TestGateway } from '../support/test-gateway.js';

/** What statements must give back when they end. */
export interface Leftovers {
  readonly connections: number;
  readonly requests: number;
  /** Files of spilled rows and of exports. */
  readonly files: readonly string[];
}

/** Counts the DuckDB connections that are open; to be called before the gateway is opened. */
export function watchConnections(): () => number {
  let open = 0;
  const connect = DuckDBInstance.prototype.connect;
  vi.spyOn(DuckDBInstance.prototype, 'connect').mockImplementation(async function (this: DuckDBInstance) {
    const connection = await connect.call(this);
    open += 1;
    return connection;
  });
  const closeSync = DuckDBConnection.prototype.closeSync;
  vi.spyOn(DuckDBConnection.prototype, 'closeSync').mockImplementation(function (this: DuckDBConnection) {
    open -= 1;
    closeSync.call(this);
  });
  return () => open;
}

/** What is left behind at this moment. */
export async function leftoversOf(
  gateway: TestGateway,
  proxy: FaultProxy,
  openConnections: () => number,
): Promise<Leftovers> {
  const entries = await readdir(gateway.tempDirectory, { recursive: true, withFileTypes: true });
  return {
    connections: openConnections(),
    requests: proxy.underWay(),
    files: entries.filter((entry) => entry.isFile()).map(({ name }) => name),
  };
}
