import { OWN_ACCOUNT, PLACE } from '../../src/local-aws/testing/local-aws-under-test.js';
import type { Answer, RoleGateway } from './role-gateway.js';

/** What an owner of an account does otherwise than the generated text says. */
export interface Spoilt {
  /** Changes the text of the generated policies. */
  readonly trust?: (policy: string) => string;
  readonly permissions?: (policy: string) => string;
  /** Whether Headgate's own identity is allowed to assume the role. */
  readonly caller?: boolean;
}

/** Defines a schema of the table `orders` with these settings. */
export async function addSchema(gateway: RoleGateway, schemaName: string, settings: object = {}): Promise<Answer> {
  const { dynamodbEndpoint, stsEndpoint } = gateway.local.aws;
  return await gateway.ask('POST /v1/schemas', {
    schemaName,
    region: PLACE.region,
    accountId: PLACE.account,
    roleName: `Role_${schemaName}`,
    tableAllowlist: ['orders'],
    ...gateway.own,
    endpoints: { dynamodb: dynamodbEndpoint, sts: stsEndpoint },
    ...settings,
  });
}

/** Sets the role of a schema up in local AWS, from what the API gives its owner, but for what is spoilt. */
export async function installRole(gateway: RoleGateway, schemaName: string, spoilt: Spoilt = {}): Promise<void> {
  const { ask, local } = gateway;
  const answer = await ask(`GET /v1/schemas/${schemaName}/iam?format=json`);
  if (answer.status !== 200) throw new Error(answer.text);
  const { trust = (it) => it, permissions = (it) => it, caller = true } = spoilt;
  const { trustPolicy, permissionPolicies, headgatePolicy } = JSON.parse(answer.json.data.text);
  await local.aws.accounts.putUser({
    account: OWN_ACCOUNT,
    name: 'headgate',
    policies: caller ? { Assume: everyRole(headgatePolicy) } : {},
  });
  await local.aws.accounts.putRole({
    account: PLACE.account,
    name: `Role_${schemaName}`,
    trustPolicy: JSON.parse(trust(JSON.stringify(trustPolicy))),
    permissionPolicies: documentsOf(JSON.parse(permissions(JSON.stringify(permissionPolicies)))),
  });
}

function documentsOf(policies: readonly { readonly name: string; readonly document: object }[]) {
  return Object.fromEntries(policies.map(({ name, document }) => [name, document]));
}

/** The policy of Headgate's own identity, for all roles of the account at once: several schemas share the identity. */
function everyRole(policy: { readonly Statement: readonly object[] }) {
  const Resource = `arn:aws:iam::${PLACE.account}:role/*`;
  return { ...policy, Statement: policy.Statement.map((statement) => ({ ...statement, Resource })) };
}

/** Validates, and gives the outcomes as letters with what was found and what to do. */
export async function validate(gateway: RoleGateway, schemaName: string) {
  const { json } = await gateway.ask(`POST /v1/schemas/${schemaName}/validate-role`);
  const steps: readonly { outcome: string; message: string; remedies: readonly string[] }[] = json.data.steps;
  const found = steps.filter(({ outcome }) => outcome === 'fail' || outcome === 'warn');
  return {
    letters: steps.map(({ outcome }) => outcome[0]).join(''),
    status: json.data.status as string,
    message: found.map(({ message }) => message).join('\n'),
    remedies: found.flatMap(({ remedies }) => remedies).join('\n'),
  };
}
