/** Bytes of one read unit, and what an eventually consistent read costs of one (dynamodb-numbers.md 1). */
const UNIT_BYTES = 4096;

/** Units of reading so many bytes in one go. */
export function unitsOf(bytes: number, consistent: boolean): number {
  return Math.max(1, Math.ceil(bytes / UNIT_BYTES)) * (consistent ? 1 : 0.5);
}

/** What one request read, by where it read it. */
export interface Consumed {
  readonly table: string;
  readonly tableUnits: number;
  readonly index?: { readonly name: string; readonly kind: 'global' | 'local'; readonly units: number };
}

export function totalUnits({ tableUnits, index }: Consumed): number {
  return tableUnits + (index?.units ?? 0);
}

/** `ConsumedCapacity` in the detail that the request asks for; undefined when it asks for none. */
export function consumedCapacity(consumed: Consumed, detail: unknown): Record<string, unknown> | undefined {
  if (detail !== 'TOTAL' && detail !== 'INDEXES') return undefined;
  const total = { TableName: consumed.table, CapacityUnits: totalUnits(consumed) };
  if (detail === 'TOTAL') return total;
  const { index } = consumed;
  const indexes = index && { [index.name]: { CapacityUnits: index.units } };
  return {
    ...total,
    Table: { CapacityUnits: consumed.tableUnits },
    ...(index?.kind === 'global' && { GlobalSecondaryIndexes: indexes }),
    ...(index?.kind === 'local' && { LocalSecondaryIndexes: indexes }),
  };
}
