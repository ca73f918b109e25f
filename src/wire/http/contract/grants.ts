import { z } from 'zod';
import type { AccessCode } from '../../../access/access-code.js';
import { endpoint, listOf, PAGING } from './endpoint.js';
import { id, name } from './envelope.js';

const tag = 'Administration';
const scope = 'admin';
const byId = z.strictObject({ id });
const removed = z.object({ id: z.string() });
const paged = z.strictObject(PAGING);

export const ACCESS_CODES = ['R', 'W', 'RW', 'RA', 'RWA', 'A', 'none'] as const satisfies readonly AccessCode[];

const newGrant = z
  .strictObject({
    grantee: z.strictObject({ kind: z.enum(['principal', 'group']), id }),
    schema: name,
    table: name.optional().describe('All tables of the schema unless given.'),
    code: z.enum(ACCESS_CODES),
  })
  .meta({ id: 'NewGrant' });
export type NewGrant = z.infer<typeof newGrant>;

export const grantRecord = z
  .object({
    id: z.string(),
    ...newGrant.shape,
    source: z.enum(['file', 'store', 'default']).describe('Only those of `store` can be changed here.'),
  })
  .meta({ id: 'Grant' });
export type GrantRecord = z.infer<typeof grantRecord>;

const limitValues = z
  .strictObject({
    maxUnits: z.number().positive().describe('Read units of one statement.'),
    unitsPerDay: z.number().positive(),
    requestsPerMinute: z.int().positive(),
    concurrentStatements: z.int().positive(),
    maxRows: z.int().positive(),
    maxResultBytes: z.int().positive(),
    timeoutMs: z.int().positive(),
  })
  .partial()
  .meta({ id: 'LimitValues', description: 'What is not given is not limited beyond what holds for all.' });
export type LimitValues = z.infer<typeof limitValues>;

export const limitRecord = z.object({ principal: z.string(), limits: limitValues }).meta({ id: 'Limit' });
export type LimitRecord = z.infer<typeof limitRecord>;

const whyQuery = z.strictObject({
  principal: id.describe('Id or name.'),
  verb: name.describe('A DynamoDB operation such as Query, or a statement kind such as SELECT.'),
  schema: name,
  table: name.optional(),
});
export type WhyQuery = z.infer<typeof whyQuery>;

export const why = z
  .object({ allowed: z.boolean(), text: z.string(), grants: z.array(grantRecord) })
  .meta({ id: 'Why' });
export type Why = z.infer<typeof why>;

const grantQuery = z.strictObject({ ...PAGING, grantee: id.optional(), schema: name.optional() });
export type GrantQuery = z.infer<typeof grantQuery>;
export const listGrants = endpoint({
  method: 'GET',
  path: '/v1/grants',
  scope,
  tag,
  summary: 'Grants',
  query: grantQuery,
  data: listOf(grantRecord),
});
export const createGrant = endpoint({
  method: 'POST',
  path: '/v1/grants',
  scope,
  tag,
  summary: 'A new grant',
  body: newGrant,
  data: grantRecord,
});
export const removeGrant = endpoint({
  method: 'DELETE',
  path: '/v1/grants/{id}',
  scope,
  tag,
  summary: 'Revoke a grant',
  params: byId,
  data: removed,
});

export const listLimits = endpoint({
  method: 'GET',
  path: '/v1/limits',
  scope,
  tag,
  summary: 'Limits of principals',
  query: paged,
  data: listOf(limitRecord),
});
export const setLimit = endpoint({
  method: 'PUT',
  path: '/v1/limits/{id}',
  scope,
  tag,
  summary: 'Set the limits of a principal',
  params: byId,
  body: limitValues,
  data: limitRecord,
});
export const removeLimit = endpoint({
  method: 'DELETE',
  path: '/v1/limits/{id}',
  scope,
  tag,
  summary: 'Remove the limits of a principal',
  params: byId,
  data: removed,
});

export const getWhy = endpoint({
  method: 'GET',
  path: '/v1/why',
  scope,
  tag,
  summary: 'Why a principal may or may not',
  query: whyQuery,
  data: why,
});
