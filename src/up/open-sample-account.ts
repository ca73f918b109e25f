import { join } from 'node:path';
import { trustedPrincipal } from '../aws/caller.js';
import { planRole, type RoleSetup } from '../aws/role-setup.js';
import type { KeyPair } from '../local-aws/accounts/local-accounts.js';
import { type LocalAws, openLocalAws } from '../local-aws/open-local-aws.js';

/** Of the company whose tables they are; and of the one that runs this gateway. */
const PARTNER_ACCOUNT = '111122223333';
const OWN_ACCOUNT = '999900001111';
const REGION = 'us-east-1';
const TABLES = ['airports', 'flights'];

/** Local AWS in front of the embedded DynamoDB, with an account whose owner has set up two roles, one of them wrongly. */
export interface SampleAccount {
  readonly aws: LocalAws;
  /** Headgate's own credentials there. */
  readonly own: KeyPair;
  readonly schemas: readonly SampleSchema[];
}

/** What is said of a sample schema when it is made. */
export interface SampleSchema {
  readonly schemaName: string;
  readonly region: string;
  readonly accountId: string;
  readonly roleName: string;
  readonly externalId: string;
  readonly tableAllowlist: readonly string[];
}

/** The right one, and the one whose trust policy asks for another external ID. */
const SAMPLES = [
  {
    schemaName: 'partner',
    roleName: 'HeadgateReadRole',
    externalId: 'headgate-sample-partner',
    trusts: 'headgate-sample-partner',
  },
  {
    schemaName: 'partner_wrong',
    roleName: 'HeadgateWrongRole',
    externalId: 'headgate-sample-partner-wrong',
    trusts: 'headgate-sample-somebody-else',
  },
] as const;

/** Opens local AWS on any free port, and sets up what the samples need; users and roles are kept in `local-aws` of `home`. */
export async function openSampleAccount(home: string, embeddedEndpoint: string): Promise<SampleAccount> {
  const aws = await openLocalAws({
    directory: join(home, 'local-aws'),
    embeddedEndpoint,
    place: { account: PARTNER_ACCOUNT, region: REGION },
  });
  try {
    const principal = trustedPrincipal(`arn:aws:iam::${OWN_ACCOUNT}:user/headgate`, 'caller');
    const plans = SAMPLES.map(({ schemaName, roleName, trusts }) =>
      planRole({ ...SETUP, principal, schema: schemaName, roleName, externalId: trusts }),
    );
    const own = await aws.accounts.putUser({
      account: OWN_ACCOUNT,
      name: 'headgate',
      policies: Object.fromEntries(plans.map(({ setup, callerPolicy }) => [setup.roleName, callerPolicy])),
    });
    for (const { setup, trustPolicy, policies } of plans) {
      await aws.accounts.putRole({
        account: PARTNER_ACCOUNT,
        name: setup.roleName,
        trustPolicy,
        permissionPolicies: Object.fromEntries(policies.policies.map(({ document }, i) => [`Headgate${i}`, document])),
      });
    }
    const schemas = SAMPLES.map(({ schemaName, roleName, externalId }) => ({
      schemaName,
      roleName,
      externalId,
      region: REGION,
      accountId: PARTNER_ACCOUNT,
      tableAllowlist: TABLES,
    }));
    return { aws, own, schemas };
  } catch (error) {
    await aws.close();
    throw error;
  }
}

const SETUP = {
  region: REGION,
  accountId: PARTNER_ACCOUNT,
  tables: TABLES,
  access: 'R',
  sourceIdentity: false,
  catalogExtras: true,
  denyFullScans: false,
} as const satisfies Partial<RoleSetup>;
