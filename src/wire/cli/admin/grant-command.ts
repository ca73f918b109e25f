import { type Command, InvalidArgumentError } from 'commander';
import { ACCESS_CODES, classesOf } from '../../../access/access-code.js';
import { HeadgateError } from '../../../base/errors/headgate-error.js';
import type { CommandContext } from '../command-context.js';
import { writeText } from '../output.js';
import type { ServerClient } from '../server/server-client.js';
import { withServer } from '../server/with-server.js';
import type { GlobalOptions } from '../with-gateway.js';
import { findGrantee } from './find-by-name.js';
import { allOf, pathOf } from './paged.js';
import { type RecordFormat, recordFormatOption, writeRecords } from './records.js';

interface GrantFlags extends GlobalOptions {
  readonly format?: RecordFormat;
}

interface GrantRecord {
  readonly id: string;
  readonly grantee: { readonly kind: 'principal' | 'group'; readonly id: string };
  readonly schema: string;
  readonly table?: string;
  readonly code: string;
  readonly source: 'file' | 'store' | 'default';
}

const CODES = ACCESS_CODES.map((code) => `  ${code.padEnd(5)} ${classesOf(code).join(', ') || 'nothing: takes away'}`);
const HELP = `
Codes:
${CODES.join('\n')}

Examples:
  headgate grant client:reports R demo
  headgate grant group:analysts RW demo.flights
  headgate grant user:ann none demo.salaries
  headgate revoke client:reports demo

A grant on a table counts instead of that of the same grantee on its schema. Nothing is allowed that is not granted.`;

/** `headgate grant`, `headgate revoke` and `headgate grants` */
export function addGrantCommands(program: Command, context: CommandContext): void {
  program
    .command('grant')
    .description('Grant access to a schema or a table; at once, at every gateway.')
    .argument('<grantee>', 'client:name, user:name or group:name')
    .argument('<code>', `one of ${ACCESS_CODES.join(', ')}`, readCode)
    .argument('<object>', 'schema, or schema.table')
    .addHelpText('after', HELP)
    .action((grantee: string, code: string, object: string, _flags: GrantFlags, command: Command) =>
      grant({ grantee, code, object }, command.optsWithGlobals<GrantFlags>(), context),
    );
  program
    .command('revoke')
    .description('Take a grant away; at once, at every gateway.')
    .argument('<grantee>', 'client:name, user:name or group:name')
    .argument('<object>', 'schema, or schema.table')
    .action((grantee: string, object: string, _flags: GrantFlags, command: Command) =>
      revoke({ grantee, object }, command.optsWithGlobals<GrantFlags>(), context),
    );
  program
    .command('grants')
    .description('List the grants, those of headgate.yaml too.')
    .argument('[schema]', 'only those on this schema and its tables')
    .addOption(recordFormatOption())
    .action((schema: string | undefined, _flags: GrantFlags, command: Command) =>
      listGrants(schema, command.optsWithGlobals<GrantFlags>(), context),
    );
}

function readCode(text: string): string {
  const code = ACCESS_CODES.find((each) => each.toLowerCase() === text.toLowerCase());
  if (code === undefined) throw new InvalidArgumentError(`Use one of ${ACCESS_CODES.join(', ')}.`);
  return code;
}

async function grant(
  { grantee, code, object }: { readonly grantee: string; readonly code: string; readonly object: string },
  flags: GrantFlags,
  context: CommandContext,
): Promise<void> {
  await withServer(flags, context, async (server) => {
    const body = { grantee: await findGrantee(server, grantee), ...splitObject(object), code };
    await server.call('POST', '/v1/grants', body);
    await writeText(context.terminal.stderr, `${grantee} has ${code} on ${object}.\n`);
  });
}

async function revoke(
  { grantee, object }: { readonly grantee: string; readonly object: string },
  flags: GrantFlags,
  context: CommandContext,
): Promise<void> {
  await withServer(flags, context, async (server) => {
    const { id } = await findGrantee(server, grantee);
    const { schema, table } = splitObject(object);
    const found = (await grantsOn(server, schema)).filter((one) => one.grantee.id === id && one.table === table);
    const stored = found.find(({ source }) => source === 'store');
    if (stored === undefined) throw notGranted(grantee, object, found[0]);
    await server.call('DELETE', `/v1/grants/${stored.id}`);
    await writeText(context.terminal.stderr, `${grantee} has no grant on ${object} any more.\n`);
  });
}

function notGranted(grantee: string, object: string, other: GrantRecord | undefined): HeadgateError {
  return new HeadgateError('NOT_FOUND', `${grantee} has no grant on ${object} that can be taken away.`, {
    hint:
      other === undefined
        ? '`headgate grants` lists the grants; one on the schema is not one on the table.'
        : 'The one it has stands in headgate.yaml: take it away there.',
  });
}

async function listGrants(
  schema: string | undefined,
  { format, ...flags }: GrantFlags,
  context: CommandContext,
): Promise<void> {
  await withServer(flags, context, async (server) => {
    const grants = await grantsOn(server, schema);
    const names = await granteeNames(server);
    const columns = {
      grantee: ({ grantee }: GrantRecord) => names.get(grantee.id) ?? `${grantee.kind}:${grantee.id}`,
      access: ({ code }: GrantRecord) => code,
      object: (one: GrantRecord) => (one.table === undefined ? one.schema : `${one.schema}.${one.table}`),
      from: ({ source }: GrantRecord) => SOURCES[source],
      id: ({ id }: GrantRecord) => id,
    };
    await writeRecords(grants, columns, { format, stdout: context.terminal.stdout });
  });
}

const SOURCES = { file: 'headgate.yaml', store: 'headgate grant', default: 'default' } as const;

async function grantsOn(server: ServerClient, schema: string | undefined): Promise<GrantRecord[]> {
  return await allOf<GrantRecord>(server, pathOf('/v1/grants', { schema }));
}

async function granteeNames(server: ServerClient): Promise<ReadonlyMap<string, string>> {
  const [clients, users, groups] = await Promise.all([
    allOf<{ clientId: string; name: string }>(server, '/v1/clients'),
    allOf<{ id: string; name: string }>(server, '/v1/users'),
    allOf<{ id: string; name: string }>(server, '/v1/groups'),
  ]);
  return new Map([
    ['local', 'local'],
    ...clients.map(({ clientId, name }) => [clientId, `client:${name}`] as const),
    ...users.map(({ id, name }) => [id, `user:${name}`] as const),
    ...groups.map(({ id, name }) => [id, `group:${name}`] as const),
  ]);
}

function splitObject(object: string): { readonly schema: string; readonly table?: string } {
  const dot = object.indexOf('.');
  return dot < 0 ? { schema: object } : { schema: object.slice(0, dot), table: object.slice(dot + 1) };
}
