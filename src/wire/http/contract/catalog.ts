import { z } from 'zod';
import { endpoint, listOf, PAGING } from './endpoint.js';
import { name, time } from './envelope.js';

/** What one step of a validation found. */
export const stepRecord = z
  .object({
    step: z.string(),
    title: z.string(),
    outcome: z.enum(['ok', 'warn', 'fail', 'skipped']),
    message: z.string(),
    remedies: z.array(z.string()).describe('What to do, the likeliest first.'),
    durationMs: z.number(),
  })
  .meta({ id: 'ValidationStep' });

export const schemaRecord = z
  .object({
    tenantId: z.literal('default'),
    schemaName: z.string(),
    region: z.string().optional(),
    accountId: z.string().optional(),
    roleArn: z.string().optional(),
    externalId: z.string().optional().describe('Until the schema is active, and only with the scope schemas:write.'),
    tableAllowlist: z.array(z.string()).optional(),
    way: z.enum(['role', 'default', 'keys', 'endpoint']).optional().describe('How the account is entered.'),
    access: z.string().optional().describe('What the role is for.'),
    status: z
      .enum(['pending', 'active', 'failed', 'disabled'])
      .describe('Only an active schema runs statements; pending: to be validated.'),
    source: z.enum(['file', 'store']).describe('Where it is defined: headgate.yaml, or this API.'),
    createdAt: time.optional(),
    updatedAt: time.optional(),
    validations: z
      .array(z.object({ at: time, ok: z.boolean(), message: z.string(), steps: z.array(stepRecord) }))
      .optional()
      .describe('The latest ones, the newest first; only of one schema by itself.'),
  })
  .meta({ id: 'Schema' });

export type SchemaRecord = z.infer<typeof schemaRecord>;

const tableName = z.object({ schemaName: z.string(), tableName: z.string(), qualifiedName: z.string() });
export const tableEntry = tableName.meta({ id: 'TableEntry' });
export type TableEntry = z.infer<typeof tableEntry>;

const keyAttribute = z.object({ name: z.string(), type: z.enum(['S', 'N', 'B']) });

export const tableRecord = tableName
  .extend({
    status: z.string(),
    itemCount: z.int().describe('As DynamoDB tells it, up to six hours old.'),
    sizeBytes: z.int(),
    billingMode: z.enum(['on-demand', 'provisioned']),
    partitionKey: keyAttribute,
    sortKey: keyAttribute.optional(),
    columns: z.array(
      z.object({
        name: z.string(),
        attribute: z.string(),
        type: z.string().describe('As SQL writes it.'),
        nullable: z.boolean(),
        source: z.enum(['key', 'sampled', 'declared']),
        presence: z.number().optional().describe('Share of the sampled items that have it, 0 to 1.'),
        distinctValues: z.int().optional().describe('Different values among those sampled.'),
        reason: z.string(),
      }),
    ),
    indexes: z.array(
      z.object({
        name: z.string(),
        type: z.enum(['global', 'local']),
        partitionKeys: z.array(keyAttribute),
        sortKeys: z.array(keyAttribute),
        projection: z.enum(['all', 'keys-only', 'include']),
        includedAttributes: z.array(z.string()).optional(),
        usable: z.boolean(),
        itemCount: z.int(),
        sizeBytes: z.int(),
      }),
    ),
    sample: z
      .object({
        items: z.int(),
        averageItemBytes: z.number(),
        readUnits: z.number(),
        takenAt: time,
        complete: z.boolean(),
      })
      .optional(),
    describedAt: time,
  })
  .meta({ id: 'Table' });

export type TableRecord = z.infer<typeof tableRecord>;

const schemaParams = z.strictObject({ schema: name });

export const listSchemas = endpoint({
  method: 'GET',
  path: '/v1/schemas',
  scope: 'schemas:read',
  tag: 'Schemas',
  summary: 'The schemas that you may see',
  query: z.strictObject(PAGING),
  data: listOf(schemaRecord),
});

export const getSchema = endpoint({
  method: 'GET',
  path: '/v1/schemas/{schema}',
  scope: 'schemas:read',
  tag: 'Schemas',
  summary: 'One schema',
  params: schemaParams,
  data: schemaRecord,
});

export const listTables = endpoint({
  method: 'GET',
  path: '/v1/schemas/{schema}/tables',
  scope: 'catalog:read',
  tag: 'Catalog',
  summary: 'The tables of a schema that you may see',
  params: schemaParams,
  query: z.strictObject(PAGING),
  data: listOf(tableEntry),
});

export const getTable = endpoint({
  method: 'GET',
  path: '/v1/schemas/{schema}/tables/{table}',
  scope: 'catalog:read',
  tag: 'Catalog',
  summary: 'Columns, indexes and statistics of a table',
  params: z.strictObject({ schema: name, table: name }),
  data: tableRecord,
});
