import { servedTable, type TableSpec } from '../page-server/tables/table-spec.js';

/** A table of orders without sort key. */
export function ordersTable(items: number): TableSpec {
  return { kind: 'orders', name: 'orders', items, itemsPerPartition: 1 };
}

/** Size of a table of so many orders, as DynamoDB counts it. */
export function bytesOfOrders(items: number): number {
  return servedTable(ordersTable(items)).entries.bytesBefore(items);
}

/** How many orders have about that size. */
export function ordersOfBytes(bytes: number): number {
  const sample = 4096;
  return Math.round((bytes / bytesOfOrders(sample)) * sample);
}
