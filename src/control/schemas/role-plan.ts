import { type TrustChoice, trustedPrincipal } from '../../aws/caller.js';
import { renderRole, roleFileName } from '../../aws/formats/render-role.js';
import { planRole } from '../../aws/role-setup.js';
import { connectSts } from '../../aws/sts.js';
import { wayInError } from '../../aws/way-in-error.js';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { RoleFormat, RoleText } from '../../wire/http/contract/schemas.js';
import { roleSetupOf } from './schema-definition.js';
import { type StoredSchema, schemaConfigOf } from './stored-schema.js';

export interface TrustSettings {
  readonly trust: TrustChoice;
  readonly sourceIdentity: boolean;
}

/**
 * The role of a schema as text for the owner of its account. Unless the schema names whom the role trusts, AWS is asked who
 * Headgate is. Throws REQUEST_INVALID for a schema without a role, ROLE_INVALID, CALLER_UNSUITABLE and the codes of `stsError`.
 */
export async function roleText(
  schema: Pick<StoredSchema, 'name' | 'definition' | 'secrets'>,
  format: RoleFormat,
  { trust, sourceIdentity, signal }: TrustSettings & { readonly signal: AbortSignal },
): Promise<RoleText> {
  const setup = roleSetupOf(schema.name, schema);
  const { wayIn } = schema.definition;
  if (setup === undefined || wayIn.kind !== 'role') throw noRole(schema.name);
  const principal =
    wayIn.trustedPrincipal === undefined ? trustedPrincipal(await callerArn(schema, signal), trust) : setup.principal;
  const plan = planRole({ ...setup, principal, sourceIdentity });
  return {
    format,
    fileName: roleFileName(plan, format),
    text: renderRole(plan, format),
    roleArn: plan.roleArn,
    notes: [...plan.notes],
  };
}

async function callerArn(
  schema: Pick<StoredSchema, 'name' | 'definition' | 'secrets'>,
  signal: AbortSignal,
): Promise<string> {
  const { region } = schema.definition;
  const { credentials, stsEndpoint } = schemaConfigOf(schema);
  if (credentials.kind !== 'role') throw noRole(schema.name);
  const sts = connectSts({ region, endpoint: stsEndpoint, credentials: credentials.own });
  try {
    return await sts.callerArn(signal);
  } catch (error) {
    throw error instanceof HeadgateError ? wayInError(error, credentials, region) : error;
  } finally {
    sts.close();
  }
}

function noRole(name: string): HeadgateError {
  return new HeadgateError('REQUEST_INVALID', `The schema ${name} is not entered by a role.`, {
    hint: 'Only a schema with the way `role` has policies to set up.',
  });
}
