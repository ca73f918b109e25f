import type { TableSpec } from '../../page-server/tables/table-spec.js';

export const SALES = 10_000;

/** The tables that the shapes ask. */
export const SHAPE_TABLES: readonly TableSpec[] = [
  { kind: 'sales', name: 'sales', items: SALES },
  { kind: 'accounts', name: 'accounts', items: 50_000 },
  { kind: 'orders', name: 'orders', items: 3_000, itemsPerPartition: 3 },
  { kind: 'orders', name: 'recent', items: 100, itemsPerPartition: 1 },
];

/** Days that many sales lie between. */
export const FROM = '2023-12-01';
export const TO = '2024-01-01';

/** A hundred keys of accounts, which are those of the recent orders too. */
export const ACCOUNT_KEYS = Array.from({ length: 100 }, (_, i) => `k${String(i).padStart(10, '0')}`);
