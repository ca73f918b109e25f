import { z } from 'zod';
import { describedTable } from '../../dynamodb/describe.js';
import type { IndexDescription, TableDescription } from '../../dynamodb/table-description.js';
import { asObject, type JsonObject, member } from '../request/json-value.js';

/** A table as actions tell it. */

export const keyAttribute = z.strictObject({ name: z.string().min(1).max(255), type: z.enum(['S', 'N', 'B']) });

export const projection = z.union([
  z.enum(['all', 'keys-only']),
  z.strictObject({ include: z.array(z.string().min(1)).min(1) }),
]);

export const described = z.strictObject({
  name: z.string(),
  arn: z.string().optional(),
  status: z.string(),
  partitionKey: keyAttribute,
  sortKey: keyAttribute.optional(),
  indexes: z.array(
    z.strictObject({
      name: z.string(),
      kind: z.enum(['global', 'local']),
      partitionKeys: z.array(keyAttribute),
      sortKeys: z.array(keyAttribute),
      projection,
      usable: z.boolean(),
      itemCount: z.number(),
      sizeBytes: z.number(),
    }),
  ),
  itemCount: z.number().describe('As DynamoDB counted about every six hours.'),
  sizeBytes: z.number(),
  billing: z.union([
    z.strictObject({ mode: z.literal('on-demand') }),
    z.strictObject({ mode: z.literal('provisioned'), readUnits: z.number(), writeUnits: z.number() }),
  ]),
});
export type Described = z.infer<typeof described>;

/** From the answer to DescribeTable or CreateTable. Throws DYNAMODB_FAILED where that has no key. */
export function describedOf(answer: JsonObject, name: 'Table' | 'TableDescription'): Described {
  const told = asObject(member(answer, name), name);
  // DynamoDB's JSON differs from the SDK's form only in dates, which are not looked at.
  const table: TableDescription = describedTable(
    told as Parameters<typeof describedTable>[0],
    String(told['TableName']),
  );
  const { billing } = table;
  return {
    name: table.name,
    ...(table.arn === undefined ? {} : { arn: table.arn }),
    status: table.status,
    partitionKey: table.partitionKey,
    ...(table.sortKey === undefined ? {} : { sortKey: table.sortKey }),
    indexes: table.indexes.map(describedIndex),
    itemCount: table.itemCount,
    sizeBytes: table.sizeBytes,
    billing: billing.mode === 'on-demand' ? { mode: billing.mode } : billing,
  };
}

function describedIndex({
  projection: held,
  partitionKeys,
  sortKeys,
  ...index
}: IndexDescription): Described['indexes'][number] {
  return {
    ...index,
    partitionKeys: [...partitionKeys],
    sortKeys: [...sortKeys],
    projection: held.kind === 'include' ? { include: [...held.attributes] } : held.kind,
  };
}
