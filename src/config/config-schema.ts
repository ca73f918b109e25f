import { z } from 'zod';
import { checkAccountId, checkExternalId, checkRoleName } from '../aws/names.js';
import {
  didYouMean,
  type Reading,
  readAccessCode,
  readBy,
  readColumnType,
  readEndpoint,
  readGrantee,
  readQuantity,
  readRole,
  readSchemaName,
  readStsEndpoint,
  readUnits,
  type WrittenRole,
} from './config-words.js';
import type { OwnCredentialsConfig } from './headgate-config.js';
import { BYTE_SIZE_FORM, DAYS_FORM, DURATION_FORM, parseByteSize, parseDays, parseDuration } from './quantities.js';

/** What may stand in headgate.yaml. A key with nothing behind it counts as absent. */
export function configSchema() {
  const schema = mapping({
    name: word(readSchemaName),
    endpoint: word(readEndpoint).nullish(),
    region: z.string().nullish(),
    credentials: choose<WrittenCredentials>(credentialsOf).nullish(),
    stsEndpoint: word(readStsEndpoint).nullish(),
    tables: choose<'*' | readonly string[]>((value) => (typeof value === 'string' ? allTables : tableList)).nullish(),
    columns: z.record(z.string(), z.record(z.string(), word(readColumnType))).nullish(),
    hideExpired: choose<boolean | Record<string, boolean | string>>((value) =>
      typeof value === 'object' ? expiryOfTables : z.boolean(),
    ).nullish(),
    unitsPerSecond: z.record(z.string(), scalar(readUnits)).nullish(),
  }).superRefine(({ credentials, region }, context) => {
    if (credentials?.kind !== 'role' || region) return;
    const message = 'a role needs the "region" of the schema';
    context.addIssue({ code: 'custom', message, path: ['credentials'], input: credentials });
  });
  const grant = mapping({ grantee: word(readGrantee), object: z.string(), access: word(readAccessCode) });
  return mapping({
    schemas: z.array(schema).min(1),
    grants: z.array(grant).nullish(),
    limits: limits.nullish(),
    server: server.nullish(),
    audit: audit.nullish(),
    aws: aws.nullish(),
  });
}

export type ConfigFile = z.output<ReturnType<typeof configSchema>>;

/** As written; what a role lacks comes from the schema. */
export type WrittenCredentials =
  | OwnCredentialsConfig
  | {
      readonly kind: 'role';
      readonly role: WrittenRole;
      readonly externalId: string;
      readonly own: OwnCredentialsConfig;
    };

function credentialsOf(value: unknown): z.ZodType<WrittenCredentials> {
  if (typeof value === 'string') return defaultCredentials;
  const given = Object(value);
  return 'role' in given ? role : 'profile' in given ? profile : keys;
}

const defaultCredentials = z
  .literal('default', { error: ({ input }) => badWord(input, ['default'], '"default" or a mapping of keys') })
  .transform(() => ({ kind: 'default' as const }));
const keys = mapping({
  accessKeyId: z.string().min(1),
  secretAccessKey: z.string().min(1),
  sessionToken: z.string().nullish(),
}).transform(({ sessionToken, ...pair }) => ({
  kind: 'keys' as const,
  ...pair,
  ...(sessionToken ? { sessionToken } : {}),
}));
const profile = mapping({ profile: z.string().min(1) }).transform(({ profile }) => ({
  kind: 'default' as const,
  profile,
}));
const role = mapping({
  role: choose<WrittenRole>((value) => (typeof value === 'string' ? word(readRole) : roleOfAccount)),
  externalId: word((text) => readBy(checkExternalId, text)),
  profile: z.string().min(1).nullish(),
  accessKeyId: z.string().min(1).nullish(),
  secretAccessKey: z.string().min(1).nullish(),
}).transform(({ role, externalId, profile, accessKeyId, secretAccessKey }, context): WrittenCredentials => {
  const own = (given: OwnCredentialsConfig): WrittenCredentials => ({ kind: 'role', role, externalId, own: given });
  if (!accessKeyId && !secretAccessKey) return own({ kind: 'default', ...(profile ? { profile } : {}) });
  if (accessKeyId && secretAccessKey && !profile) return own({ kind: 'keys', accessKeyId, secretAccessKey });
  context.issues.push({
    code: 'custom',
    message: 'beside a role stand "profile", or both "accessKeyId" and "secretAccessKey"',
    input: undefined,
  });
  return z.NEVER;
});
const roleOfAccount = mapping({
  account: word((text) => readBy(checkAccountId, text)),
  name: word((text) => readBy(checkRoleName, text)),
});

const allTables = z.literal('*', { error: ({ input }) => badWord(input, ['*'], '"*" or a list of table names') });
const tableList = z.array(z.string().min(1)).min(1);

/** Per table: whether, or by which attribute. */
const expiryOfTables = z.record(
  z.string(),
  choose<boolean | string>((value) => (typeof value === 'boolean' ? z.boolean() : z.string().min(1))),
);

const byteSize = scalar((value) => readQuantity(value, parseByteSize, BYTE_SIZE_FORM)).nullish();
const limits = mapping({
  maxUnits: scalar(readUnits).nullish(),
  unitsPerSecond: scalar(readUnits).nullish(),
  timeout: scalar((value) => readQuantity(value, parseDuration, DURATION_FORM)).nullish(),
  memory: byteSize,
  tempDisk: byteSize,
});

const port = z.int().min(0).max(65_535).nullish();
const server = mapping({
  host: z.string().min(1).nullish(),
  httpPort: port,
  endpointPort: port,
  publicUrl: z.url({ protocol: /^https?$/, error: 'expected a URL such as https://headgate.example.com' }).nullish(),
  trustProxy: z.boolean().nullish(),
  openMetrics: z.boolean().nullish(),
});
const audit = mapping({
  literals: z.enum(['keep', 'redact']).nullish(),
  file: z.string().min(1).nullish(),
  retention: scalar((value) => readQuantity(value, parseDays, DAYS_FORM)).nullish(),
});
const aws = mapping({ trustPrincipal: z.enum(['caller', 'account']).nullish(), sourceIdentity: z.boolean().nullish() });

/** A strict mapping. The message of its `unrecognized_keys` issue has one line per key, in the order of `issue.keys`. */
function mapping<Shape extends z.ZodRawShape>(shape: Shape) {
  const known = Object.keys(shape);
  const describe = (key: string) =>
    `unknown key "${key}"${didYouMean(key, known) ?? `: the keys here are ${known.join(', ')}`}`;
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? issue.keys.map(describe).join('\n') : undefined),
  });
}

/** A text that `read` makes something of. */
function word<T>(read: (text: string) => Reading<T>) {
  return z.string().transform((text, context) => accept(read(text), text, context));
}

/** Anything that `read` makes something of: a number may come as text, where a variable is interpolated. */
function scalar<T>(read: (value: unknown) => Reading<T>) {
  return z.unknown().transform((value, context) => accept(read(value), value, context));
}

/** Takes the one schema that fits the look of the value; a union would answer with the errors of all its members. */
function choose<T>(pick: (value: unknown) => z.ZodType<T>) {
  return z.unknown().transform((value, context): T => {
    const outcome = pick(value).safeParse(value, { error: describeIssue });
    if (outcome.success) return outcome.data;
    // A cast, because each code of issue types its input, while a finished issue has dropped it.
    for (const issue of outcome.error.issues) context.issues.push({ ...issue, input: value } as z.core.$ZodRawIssue);
    return z.NEVER;
  });
}

function accept<T>(reading: Reading<T>, input: unknown, context: z.RefinementCtx): T {
  if (reading.kind === 'value') return reading.value;
  context.issues.push({ code: 'custom', message: reading.problem, input });
  return z.NEVER;
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  object: 'a mapping of keys',
  record: 'a mapping of keys',
  array: 'a list',
};

/** Zod's own findings in the words of the file; undefined leaves them to zod. */
export const describeIssue: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type': {
      const key = issue.path?.at(-1);
      if (issue.input === undefined || issue.input === null) {
        return typeof key === 'string' ? `missing "${key}"` : `missing ${KINDS[issue.expected] ?? issue.expected}`;
      }
      const quotes = issue.expected === 'string' && typeof issue.input !== 'object' ? ': put it in quotes' : '';
      return `expected ${KINDS[issue.expected] ?? issue.expected}, found ${kindOf(issue.input)}${quotes}`;
    }
    case 'too_small': {
      const key = issue.path?.at(-1);
      return typeof key === 'string'
        ? `"${key}" is empty`
        : `the ${issue.origin === 'array' ? 'list' : 'text'} is empty`;
    }
    default:
      return undefined;
  }
};

function badWord(input: unknown, words: readonly string[], expected: string): string {
  return `bad value "${String(input)}"${didYouMean(String(input), words) ?? `: expected ${expected}`}`;
}

/** Never the value itself, which may be a secret. */
function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return KINDS[typeof value] ?? `a ${typeof value}`;
}
