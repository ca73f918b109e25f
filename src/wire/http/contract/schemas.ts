import { z } from 'zod';
import { schemaRecord, stepRecord } from './catalog.js';
import { endpoint } from './endpoint.js';
import { name } from './envelope.js';

const tag = 'Schemas';
const params = z.strictObject({ schema: name });
const text = z.string().min(1).max(2048);
const url = z.url({ protocol: /^https?$/ }).max(2048);

export const ROLE_ACCESSES = ['R', 'W', 'RW', 'RA', 'RWA', 'A', 'metadata'] as const;
export const ROLE_FORMATS = ['json', 'cli', 'console', 'cloudformation', 'terraform'] as const;
export type RoleFormat = (typeof ROLE_FORMATS)[number];

const settings = {
  region: text.describe('Such as eu-central-1.'),
  accountId: text.describe('The account of the tables, 12 digits; for the way role.'),
  roleName: text.describe('With its path where it has one; HeadgateReadRole unless given.'),
  roleArn: text.describe('In the place of accountId and roleName.'),
  externalId: text.describe('A new one is made unless it is given.'),
  tableAllowlist: z.array(text).max(10_000).describe('All tables when it is empty, ["*"], or not given.'),
  access: z.enum(ROLE_ACCESSES).describe('What the role is for; R unless given.'),
  catalogExtras: z.boolean().describe('Whether time to live, backups and tags may be described; true unless given.'),
  denyFullScans: z.boolean().describe('Whether Scan is denied; false unless given.'),
  trustedPrincipal: text.describe("ARN or account that the role trusts; Headgate's own identity unless given."),
  profile: text.describe(
    "Of the AWS configuration of the gateway: Headgate's own credentials, or those of the way default.",
  ),
  accessKeyId: text,
  secretAccessKey: text.describe('Sealed in the store, and never shown again.'),
  sessionToken: z.string().min(1).max(8192),
  endpoints: z
    .strictObject({ dynamodb: url, sts: url })
    .partial()
    .describe(
      'For the way endpoint, the URL of its DynamoDB. For a role only addresses of the machine of the gateway: local AWS.',
    ),
};

const { region, ...optional } = settings;
const newSchema = z
  .strictObject({
    schemaName: name.describe('Letters, digits and underscores; never changes.'),
    region,
    way: z.enum(['role', 'default', 'keys', 'endpoint']).default('role').describe('How the account is entered.'),
    ...z.strictObject(optional).partial().shape,
  })
  .meta({ id: 'NewSchema' });
export type NewSchema = z.infer<typeof newSchema>;

const schemaChange = z
  .strictObject({
    ...settings,
    status: z.enum(['active', 'disabled']).describe('active: validate, and be active when that succeeds.'),
  })
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'name at least one thing to change')
  .meta({
    id: 'SchemaChange',
    description: 'Any change but to `disabled` has to be validated before the schema is active again.',
  });
export type SchemaChange = z.infer<typeof schemaChange>;

const roleText = z
  .object({
    format: z.enum(ROLE_FORMATS),
    fileName: z.string(),
    text: z.string(),
    roleArn: z.string(),
    notes: z.array(z.string()).describe('What the owner of the account should know before.'),
  })
  .meta({ id: 'RoleText', description: 'A role as text for the owner of its account.' });
export type RoleText = z.infer<typeof roleText>;

const validation = z
  .object({
    ok: z.boolean(),
    message: z.string(),
    steps: z.array(stepRecord),
    status: schemaRecord.shape.status.describe('Of the schema from now on.'),
  })
  .meta({ id: 'SchemaValidation' });
export type SchemaValidation = z.infer<typeof validation>;

export const createSchema = endpoint({
  method: 'POST',
  path: '/v1/schemas',
  scope: 'schemas:write',
  tag,
  summary: 'A new schema; it is pending until it is validated',
  body: newSchema,
  data: schemaRecord,
});

export const changeSchema = endpoint({
  method: 'PATCH',
  path: '/v1/schemas/{schema}',
  scope: 'schemas:write',
  tag,
  summary: 'Change, disable or enable a schema',
  params,
  body: schemaChange,
  data: schemaRecord,
});

export const removeSchema = endpoint({
  method: 'DELETE',
  path: '/v1/schemas/{schema}',
  scope: 'schemas:write',
  tag,
  summary: 'Delete a schema and the grants on it; nothing is changed in AWS',
  params,
  data: z.object({ schemaName: z.string() }),
});

export const rotateExternalId = endpoint({
  method: 'POST',
  path: '/v1/schemas/{schema}/external-id',
  scope: 'schemas:write',
  tag,
  summary: 'A new external ID; the schema is pending until its role is changed and validated',
  params,
  data: schemaRecord,
});

export const getRole = endpoint({
  method: 'GET',
  path: '/v1/schemas/{schema}/iam',
  scope: 'schemas:read',
  tag,
  summary: 'The role of a schema as text for the owner of its account',
  params,
  query: z.strictObject({ format: z.enum(ROLE_FORMATS).default('json') }),
  data: roleText,
});

export const validateRole = endpoint({
  method: 'POST',
  path: '/v1/schemas/{schema}/validate-role',
  scope: 'schemas:write',
  tag,
  summary: 'Try whether the schema works, step by step; then it is active, else failed',
  description:
    'What does not work is no error of this call: `ok` says it. With the format ndjson one line for each event as it happens, `{"kind": "started" | "waiting" | "finished", ...}`, and at last `{"kind": "report", "report": ...}`.',
  params,
  body: z.strictObject({ format: z.enum(['json', 'ndjson']).default('json') }).optional(),
  data: validation,
  streams: ['application/x-ndjson'],
});
