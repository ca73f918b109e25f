import { type Command, InvalidArgumentError } from 'commander';
import { namedPrincipal, type TrustChoice, type TrustedPrincipal, trustedPrincipal } from '../../aws/caller.js';
import { newExternalId } from '../../aws/external-id.js';
import { ROLE_FORMATS, type RoleFormat, renderRole } from '../../aws/formats/render-role.js';
import { partitionOfRegion } from '../../aws/partition.js';
import { ROLE_ACCESSES, type RoleAccess } from '../../aws/policy/actions.js';
import type { TableList } from '../../aws/policy/place.js';
import { DEFAULT_ROLE_NAME, planRole, type RoleSetup } from '../../aws/role-setup.js';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import { choiceOption } from './choice-option.js';
import type { CommandContext } from './command-context.js';
import { writeText } from './output.js';

export interface IamPolicyFlags {
  readonly account: string;
  readonly role: string;
  readonly region?: string;
  readonly schema: string;
  readonly tables: TableList;
  readonly access: RoleAccess;
  readonly format: RoleFormat;
  readonly externalId?: string;
  readonly trust?: string;
  readonly trustAccount?: boolean;
  readonly sourceIdentity?: boolean;
  readonly catalogExtras: boolean;
  readonly denyFullScans?: boolean;
}

/** What the command takes from outside; tests bring their own. */
export interface IamServices {
  /** The ARN of whoever Headgate is, by STS of the region. */
  callerArn(region: string, signal: AbortSignal): Promise<string>;
}

const HELP = `
Examples:
  headgate iam policy --account 123456789012 --region eu-central-1 --tables orders,customers > setup.sh
  headgate iam policy --account 123456789012 --region eu-central-1 --tables '*' --access metadata --format terraform
  headgate iam policy --account 123456789012 --region eu-central-1 --tables orders --trust 999988887777 --format json

The text is for the owner of the account; nothing is changed there. Whom the role trusts is asked of AWS, unless --trust says it.
Without --external-id a new one is made: give it with --external-id to get the same text again.`;

/** `headgate iam` */
export function addIamCommand(program: Command, context: CommandContext, services: IamServices = AWS): void {
  program
    .command('iam')
    .description('Make what lets Headgate into an AWS account by a role.')
    .command('policy')
    .description('Write the trust and permission policies of a role, to be set up by the owner of the account.')
    .requiredOption('--account <id>', 'the account of the tables, 12 digits')
    .option('--region <region>', 'the region of the tables; AWS_REGION when left out')
    .requiredOption('--tables <names>', "names of tables with commas between them, or '*'", readTables)
    .option('--role <name>', 'name of the role, with its path where it has one', DEFAULT_ROLE_NAME)
    .option('--schema <name>', 'name of the schema in Headgate', 'aws')
    .addOption(choiceOption('--access <code>', 'what the role is for', ROLE_ACCESSES).default('R'))
    .addOption(choiceOption('--format <format>', 'form of the text', ROLE_FORMATS).default('cli'))
    .option('--external-id <id>', 'the external ID of the schema')
    .option('--trust <principal>', "ARN of Headgate's role or user, or the ID of its account")
    .option('--trust-account', "trust the whole account that Headgate's identity is of")
    .option('--source-identity', 'let sessions carry the principal as their source identity')
    .option('--no-catalog-extras', 'leave out describing time to live, backups and tags')
    .option('--deny-full-scans', 'deny Scan, and PartiQL statements that would scan')
    .addHelpText('after', HELP)
    .action((flags: IamPolicyFlags) => writePolicy(flags, context, services));
}

const AWS: IamServices = {
  async callerArn(region, signal) {
    const { connectSts } = await import('../../aws/sts.js');
    const sts = connectSts({ region, credentials: { kind: 'default' } });
    try {
      return await sts.callerArn(signal);
    } finally {
      sts.close();
    }
  },
};

async function writePolicy(
  flags: IamPolicyFlags,
  { terminal, signal }: CommandContext,
  services: IamServices,
): Promise<void> {
  const region = flags.region ?? terminal.env['AWS_REGION'];
  if (region === undefined || region === '') {
    throw new HeadgateError('USAGE', 'The region of the tables is missing.', {
      hint: 'Give it with --region, or set AWS_REGION.',
    });
  }
  const externalId = flags.externalId ?? newExternalId();
  const principal = await principalOf(flags, region, () => services.callerArn(region, signal));
  const plan = planRole(roleSetup(flags, { region, externalId, principal }));
  const remarks = [
    ...plan.notes,
    ...(flags.externalId === undefined ? [`The external ID is new: ${externalId}`] : []),
    `The role will be ${plan.roleArn}.`,
  ];
  await writeText(terminal.stderr, remarks.map((remark) => `${remark}\n`).join(''));
  await writeText(terminal.stdout, renderRole(plan, flags.format));
}

/** The set-up that the flags say, with what they may leave open. */
export function roleSetup(
  flags: IamPolicyFlags,
  settled: Pick<RoleSetup, 'region' | 'externalId' | 'principal'>,
): RoleSetup {
  const { schema, account, role, tables, access, catalogExtras } = flags;
  return {
    ...settled,
    schema,
    accountId: account,
    roleName: role,
    tables,
    access,
    catalogExtras,
    sourceIdentity: flags.sourceIdentity === true,
    denyFullScans: flags.denyFullScans === true,
  };
}

async function principalOf(
  flags: IamPolicyFlags,
  region: string,
  callerArn: () => Promise<string>,
): Promise<TrustedPrincipal> {
  if (flags.trust !== undefined) return namedPrincipal(flags.trust, partitionOfRegion(region));
  const choice: TrustChoice = flags.trustAccount === true ? 'account' : 'caller';
  return trustedPrincipal(await callerArn(), choice);
}

function readTables(text: string): TableList {
  if (text === '*') return '*';
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) throw new InvalidArgumentError("Write names with commas between them, or '*'.");
  return names;
}
