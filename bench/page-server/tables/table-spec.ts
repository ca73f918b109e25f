import { cyclicTable } from './cyclic-table.js';
import type { ServedTable } from './entries.js';
import { listedTable } from './listed-table.js';
import { ACCOUNT_COUNT, accountBody, orderBody } from './order-items.js';
import { SALES_DEFINITION, saleItems } from './sale-items.js';

/** A table to serve, as plain data: it is sent to the server's process. */
export type TableSpec =
  /** Orders of about 500 bytes with ten attributes of many types, in partitions of that many items. */
  | { readonly kind: 'orders'; readonly name: string; readonly items: number; readonly itemsPerPartition: number }
  /** Accounts of about 100 bytes with four flat attributes, each found by its whole key. */
  | { readonly kind: 'accounts'; readonly name: string; readonly items: number }
  /** Sales with indexes of every kind: sparse, local, several key attributes, all projections. */
  | { readonly kind: 'sales'; readonly name: string; readonly items: number };

/** Items after which the attributes of a cyclic table repeat themselves. */
export const ORDER_CYCLE = 4096;

/** The table that a specification means: always the same for the same specification. */
export function servedTable(spec: TableSpec): ServedTable {
  switch (spec.kind) {
    case 'orders':
      return cyclicTable({
        name: spec.name,
        partitionKey: 'customer',
        sortKey: spec.itemsPerPartition > 1 ? 'line' : undefined,
        itemsPerPartition: spec.itemsPerPartition,
        count: spec.items,
        bodies: Array.from({ length: ORDER_CYCLE }, (_, i) => orderBody(i)),
      });
    case 'accounts':
      return cyclicTable({
        name: spec.name,
        partitionKey: 'id',
        sortKey: undefined,
        itemsPerPartition: 1,
        count: spec.items,
        bodies: Array.from({ length: ACCOUNT_COUNT }, (_, i) => accountBody(i)),
      });
    case 'sales':
      return listedTable({ ...SALES_DEFINITION, name: spec.name }, saleItems(spec.items));
  }
}
