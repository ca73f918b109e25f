import type { TableSpent } from '../../../operations/context.js';
import type { OperationCapacity } from '../contract/operations.js';

/** What an operation has spent, in all and by table. */
export function operationCapacityOf(spent: readonly TableSpent[]): OperationCapacity {
  const sum = (pick: (each: TableSpent) => number) => spent.reduce((total, each) => total + pick(each), 0);
  return {
    readUnits: sum(({ readUnits }) => readUnits),
    writeUnits: sum(({ writeUnits }) => writeUnits),
    dollars: sum(({ dollars }) => dollars),
    byTable: spent.map(({ schema, table, ...amounts }) => ({ table: `${schema}.${table}`, ...amounts })),
  };
}
