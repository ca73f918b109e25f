import { allOf } from '../admin/paged.js';
import { type RecordFormat, writeRecords } from '../admin/records.js';
import type { CommandContext } from '../command-context.js';
import { writeText } from '../output.js';
import type { ServerClient } from '../server/server-client.js';
import { withServer } from '../server/with-server.js';
import type { GlobalOptions } from '../with-gateway.js';
import { type SchemaRecord, schemaText } from './schema-text.js';

export interface ShowFlags extends GlobalOptions {
  readonly format?: RecordFormat;
}

export function pathOfSchema(name: string): string {
  return `/v1/schemas/${encodeURIComponent(name)}`;
}

export async function listSchemas({ format, ...flags }: ShowFlags, context: CommandContext): Promise<void> {
  await withServer(flags, context, async (server) => {
    const columns = {
      name: ({ schemaName }: SchemaRecord) => schemaName,
      status: ({ status }: SchemaRecord) => status,
      way: ({ way }: SchemaRecord) => way ?? '',
      region: ({ region }: SchemaRecord) => region ?? '',
      role: ({ roleArn }: SchemaRecord) => roleArn ?? '',
      tables: ({ tableAllowlist }: SchemaRecord) => tableAllowlist?.join(' ') ?? '*',
      'defined in': ({ source }: SchemaRecord) => (source === 'file' ? 'headgate.yaml' : 'store'),
    };
    const schemas = await allOf<SchemaRecord>(server, '/v1/schemas');
    await writeRecords(schemas, columns, { format, stdout: context.terminal.stdout });
  });
}

export async function showSchema(name: string, flags: ShowFlags, context: CommandContext): Promise<void> {
  await withServer(flags, context, async (server) => {
    const schema = await server.call<SchemaRecord>('GET', pathOfSchema(name));
    const text = flags.format === 'json' ? JSON.stringify(schema, null, 2) : schemaText(schema);
    await writeText(context.terminal.stdout, `${text}\n`);
  });
}

/** The text goes to standard output, so that it can be kept; what the owner should know before, beside it. */
export async function writeRole(
  name: string,
  { format, ...flags }: GlobalOptions & { readonly format: string },
  { terminal, ...context }: CommandContext,
): Promise<void> {
  await withServer(flags, { terminal, ...context }, async (server) => {
    const role = await server.call<{ text: string; roleArn: string; notes: readonly string[] }>(
      'GET',
      `${pathOfSchema(name)}/iam?format=${format}`,
    );
    const remarks = [...role.notes, `The role will be ${role.roleArn}.`];
    await writeText(terminal.stderr, remarks.map((remark) => `${remark}\n`).join(''));
    await writeText(terminal.stdout, role.text);
  });
}

export const rotateExternalId = act(async (server, name) => {
  const { schemaName, externalId, status } = await server.call<SchemaRecord>(
    'POST',
    `${pathOfSchema(name)}/external-id`,
  );
  return `The schema ${schemaName} is ${status}, and its external ID is ${externalId}: put it into the trust policy, then validate.`;
});

export const disableSchema = act(async (server, name) => {
  const { schemaName } = await server.call<SchemaRecord>('PATCH', pathOfSchema(name), { status: 'disabled' });
  return `The schema ${schemaName} is disabled.`;
});

export const deleteSchema = act(async (server, name) => {
  await server.call('DELETE', pathOfSchema(name));
  return `The schema ${name} is deleted, with the grants on it. Its role in AWS is still there: its owner may delete it.`;
});

function act(work: (server: ServerClient, name: string) => Promise<string>) {
  return async (name: string, flags: GlobalOptions, context: CommandContext): Promise<void> => {
    await withServer(flags, context, async (server) => {
      await writeText(context.terminal.stderr, `${await work(server, name)}\n`);
    });
  };
}
