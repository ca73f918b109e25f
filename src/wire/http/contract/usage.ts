import { z } from 'zod';
import { endpoint, listOf, PAGING } from './endpoint.js';
import { id, name, time } from './envelope.js';

const MAX_DAYS = 366;
const DAY_MS = 86_400_000;

const sums = z.object({
  requests: z.int(),
  rowsReturned: z.int(),
  ddbReadUnits: z.number(),
  ddbWriteUnits: z.number(),
  dollars: z.number(),
});

export const usageSummary = z
  .object({
    tenantId: z.literal('default'),
    startDate: z.iso.date(),
    endDate: z.iso.date(),
    totals: sums,
    days: z.array(sums.extend({ day: z.iso.date(), group: z.string().optional().describe('With groupBy.') })),
  })
  .meta({ id: 'UsageSummary' });

export type UsageSummary = z.infer<typeof usageSummary>;

export const usageQuery = z
  .strictObject({
    startDate: z.iso.date().describe('First day, UTC.'),
    endDate: z.iso.date().describe('Last day, UTC.'),
    groupBy: z.enum(['principal', 'schema', 'table']).optional(),
  })
  .refine(({ startDate, endDate }) => startDate <= endDate, {
    message: 'startDate is after endDate',
    path: ['startDate'],
  })
  .refine(({ startDate, endDate }) => Date.parse(endDate) - Date.parse(startDate) < MAX_DAYS * DAY_MS, {
    message: `more than ${MAX_DAYS} days`,
    path: ['endDate'],
  });

export type UsageQuery = z.infer<typeof usageQuery>;

export const getUsage = endpoint({
  method: 'GET',
  path: '/v1/usage/summary',
  scope: 'usage:read',
  tag: 'Usage',
  summary: 'Requests, rows, units and dollars by day',
  query: usageQuery,
  data: usageSummary,
});

export const auditRecord = z
  .object({
    sequence: z.int(),
    time,
    requestId: z.string(),
    principal: z.object({ kind: z.enum(['user', 'client', 'local']), id: z.string(), name: z.string() }),
    frontEnd: z.string(),
    kind: z.string(),
    statement: z.string().optional(),
    subject: z.string().optional().describe('What an act of administration was about.'),
    tables: z.array(z.string()),
    verbs: z.array(z.string()),
    decision: z.object({ allowed: z.boolean(), grants: z.array(z.string()) }),
    accessPaths: z.array(z.string()),
    readUnits: z.number(),
    writeUnits: z.number(),
    rows: z.int(),
    bytes: z.int().optional(),
    durationMs: z.number(),
    outcome: z.string().describe('`ok`, or the code of the error.'),
    roleSession: z.string().optional(),
    hash: z.string(),
  })
  .meta({ id: 'AuditRecord' });

export type AuditRecord = z.infer<typeof auditRecord>;

export const auditQuery = z.strictObject({
  ...PAGING,
  from: time.optional(),
  to: time.optional(),
  principal: id.optional(),
  schema: name.optional(),
  table: name.optional(),
  outcome: name.optional(),
  requestId: id.optional(),
});

export type AuditQuery = z.infer<typeof auditQuery>;

export const getAudit = endpoint({
  method: 'GET',
  path: '/v1/audit',
  scope: 'audit:read',
  tag: 'Audit',
  summary: 'Audit records, the newest first',
  query: auditQuery,
  data: listOf(auditRecord),
});

const place = z.object({ sequence: z.int(), at: time });

export const auditVerification = z
  .object({
    ok: z.boolean(),
    count: z.int().describe('Records that were looked at.'),
    first: place.optional(),
    last: place.optional(),
    head: z
      .object({ sequence: z.int(), hash: z.string() })
      .optional()
      .describe('The last record; to be kept elsewhere, if one likes: a later chain must have it.'),
    problems: z
      .array(z.object({ kind: z.string(), sequence: z.int(), message: z.string() }))
      .describe('The first 100.'),
    problemCount: z.int(),
  })
  .meta({ id: 'AuditVerification' });

export type AuditVerification = z.infer<typeof auditVerification>;

export const getAuditVerification = endpoint({
  method: 'GET',
  path: '/v1/audit/verification',
  scope: 'audit:read',
  tag: 'Audit',
  summary: 'Whether any record was changed, added or taken away',
  description: 'Looks at every record, which takes about ten seconds for a million of them.',
  data: auditVerification,
});
