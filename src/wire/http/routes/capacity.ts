import type { StatementSummary } from '../../../query/statement.js';
import type { Capacity } from '../contract/query.js';

/** What an execution has spent so far. */
export function capacityOf({ readUnits, requests, dollars, sampledUnits, reads }: StatementSummary): Capacity {
  return {
    readUnits,
    requests,
    dollars,
    sampledUnits,
    byTable: reads.map(({ table, index, path, itemsScanned, ...read }) => ({
      table,
      ...(index === undefined ? {} : { index }),
      path,
      readUnits: read.readUnits,
      requests: read.requests,
      items: itemsScanned,
      dollars: read.dollars,
    })),
  };
}
