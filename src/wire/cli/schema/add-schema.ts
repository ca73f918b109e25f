import { HeadgateError } from '../../../base/errors/headgate-error.js';
import type { RecordFormat } from '../admin/records.js';
import type { CommandContext } from '../command-context.js';
import { writeText } from '../output.js';
import { readSecret } from '../server/read-secret.js';
import { withServer } from '../server/with-server.js';
import type { GlobalOptions } from '../with-gateway.js';
import { type SchemaRecord, schemaText } from './schema-text.js';

export interface AddFlags extends GlobalOptions {
  readonly region?: string;
  readonly way: string;
  readonly account?: string;
  readonly role?: string;
  readonly tables?: readonly string[];
  readonly access?: string;
  readonly externalId?: string;
  readonly trust?: string;
  readonly denyFullScans?: boolean;
  readonly catalogExtras: boolean;
  readonly profile?: string;
  readonly accessKeyId?: string;
  readonly endpoint?: string;
  readonly stsEndpoint?: string;
  readonly format?: RecordFormat;
}

/** `headgate schema add` */
export async function addSchema(name: string, flags: AddFlags, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const region = flags.region ?? terminal.env['AWS_REGION'];
  if (!region) {
    throw new HeadgateError('USAGE', 'The region of the tables is missing.', {
      hint: 'Give it with --region, or set AWS_REGION.',
    });
  }
  const secretAccessKey =
    flags.accessKeyId === undefined ? undefined : await readSecret('Secret access key: ', context);
  await withServer(flags, context, async (server) => {
    const body = { schemaName: name, region, ...settingsOf(flags), secretAccessKey };
    const made = await server.call<SchemaRecord>('POST', '/v1/schemas', body);
    const text = flags.format === 'json' ? JSON.stringify(made, null, 2) : schemaText(made);
    await writeText(terminal.stdout, `${text}\n`);
    await writeText(terminal.stderr, nextSteps(made));
  });
}

function settingsOf(flags: AddFlags) {
  const { way, account, role, tables, access, externalId, trust, profile, accessKeyId, endpoint, stsEndpoint } = flags;
  const places = { dynamodb: endpoint, sts: stsEndpoint };
  // What is undefined is not sent.
  return {
    way,
    accountId: account,
    roleName: role,
    tableAllowlist: tables,
    access,
    externalId,
    trustedPrincipal: trust,
    denyFullScans: flags.denyFullScans,
    ...(flags.catalogExtras ? {} : { catalogExtras: false }),
    profile,
    accessKeyId,
    ...(endpoint === undefined && stsEndpoint === undefined ? {} : { endpoints: places }),
  };
}

function nextSteps({ schemaName, way }: SchemaRecord): string {
  const setUp =
    way === 'role'
      ? `The owner of the account sets the role up: headgate schema policy ${schemaName} --format cli\n`
      : '';
  return `${setUp}Then make it active: headgate schema validate ${schemaName}\n`;
}
