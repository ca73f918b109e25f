import { z } from 'zod';

/** Words that several actions share. Values are read by `plain-value.ts`, because zod would not keep every name. */

export const table = z.string().min(1).describe('The table, as "table" or "schema.table".');
export const schema = z.string().min(1).optional().describe('The schema of names that name none.');

export const value = z
  .unknown()
  .describe(
    'A plain JSON value, or {"type": "N", "value": "1.50"} where the type matters; {"$set": [...]}, {"$binary": "base64"}.',
  );

export const item = z
  .unknown()
  .meta({ type: 'object', description: 'Attributes by name; values as plain JSON or with their type.' });

export const key = {
  partitionKey: value.describe('The value of the partition key; its name and type are looked up.'),
  sortKey: value.optional().describe('The value of the sort key, where the table has one.'),
};

const path = z
  .union([z.string().min(1), z.array(z.union([z.string().min(1), z.int().nonnegative()])).min(1)])
  .describe('An attribute by its whole name, or the steps to a nested one: ["address", "lines", 0].');

export const projection = z.array(path).min(1).optional().describe('The attributes to give out; all without it.');

export const OPERATORS = [
  ...(['=', '<>', '<', '<=', '>', '>=', 'between', 'in', 'beginsWith', 'contains', 'notContains'] as const),
  ...(['exists', 'notExists', 'type'] as const),
] as const;

const condition = z.strictObject({
  attribute: path,
  operator: z.enum(OPERATORS),
  value: value.optional(),
  to: value.optional().describe('The upper end, for between.'),
});
export type Condition = z.infer<typeof condition>;
export type Path = z.infer<typeof path>;

export const conditions = z.array(condition).min(1).optional().describe('Conditions that must all hold.');

export const sortCondition = z.strictObject({
  operator: z.enum(['=', '<', '<=', '>', '>=', 'between', 'beginsWith']),
  value,
  to: value.optional(),
});
export type SortCondition = z.infer<typeof sortCondition>;

/** Expressions as in the SDK, for what the words above do not say. */
export const expressionParts = {
  expressionNames: z.record(z.string().startsWith('#'), z.string()).optional(),
  expressionValues: z.record(z.string().startsWith(':'), value).optional(),
};

export const index = z.string().min(1).optional().describe('The secondary index to read instead of the table.');

export const reading = {
  limit: z
    .int()
    .positive()
    .optional()
    .describe('Rows at most; without fetchAll, items that are looked at for one page.'),
  fetchAll: z.boolean().default(false).describe('Whether to read all pages.'),
  maxUnits: z.number().positive().optional().describe('Read units after which no further page is asked for.'),
  startKey: item.optional().describe('Where an earlier answer said to go on: its nextKey.'),
  consistent: z.boolean().optional(),
};

/** The answer of queries and scans, the same whether one page is read or all. */
export const rows = z.strictObject({
  items: z.array(item),
  count: z.int().nonnegative(),
  scannedCount: z.int().nonnegative(),
  nextKey: item.optional().describe('Where to go on, as startKey; without it there is no more, or a limit cut a page.'),
  stoppedBy: z.enum(['maxItems', 'maxUnits']).optional(),
});
export type Rows = z.infer<typeof rows>;
