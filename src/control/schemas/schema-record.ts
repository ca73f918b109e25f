import type { SchemaConfig } from '../../config/headgate-config.js';
import type { SchemaRecord } from '../../wire/http/contract/catalog.js';
import { type KeptValidation, roleArnOf, type StoredSchema } from './stored-schema.js';

/** A schema of headgate.yaml as the API shows it. */
export function fileSchemaRecord({ name, region, tables, credentials, endpoint }: SchemaConfig): SchemaRecord {
  const { kind } = credentials;
  return {
    tenantId: 'default',
    schemaName: name,
    ...(region === undefined ? {} : { region }),
    ...(kind === 'role' ? { roleArn: credentials.roleArn } : {}),
    ...(tables === '*' ? {} : { tableAllowlist: [...tables] }),
    way: kind !== 'role' && endpoint.kind !== 'aws' ? 'endpoint' : kind,
    status: 'active',
    source: 'file',
  };
}

/** A schema of the store as the API shows it; its external ID, where it may be told, is added by `withExternalId`. */
export function storedSchemaRecord(schema: StoredSchema): SchemaRecord {
  const { name, state, definition, createdAt, changedAt } = schema;
  const { region, tables, wayIn } = definition;
  return {
    tenantId: 'default',
    schemaName: name,
    region,
    ...(wayIn.kind === 'role'
      ? { accountId: wayIn.accountId, roleArn: roleArnOf(region, wayIn), access: wayIn.access }
      : {}),
    ...(tables === '*' ? {} : { tableAllowlist: [...tables] }),
    way: wayIn.kind,
    status: state,
    source: 'store',
    createdAt: createdAt.toISOString(),
    updatedAt: changedAt.toISOString(),
  };
}

/** With the external ID, which the owner of the account needs until the schema works, and nobody afterwards. */
export function withExternalId(record: SchemaRecord, { secrets, state }: StoredSchema): SchemaRecord {
  const { externalId } = secrets;
  return state === 'active' || externalId === undefined ? record : { ...record, externalId };
}

export function validationRecord({ at, ok, message, steps }: KeptValidation) {
  return {
    at: at.toISOString(),
    ok,
    message,
    steps: steps.map((step) => ({ ...step, remedies: [...step.remedies] })),
  };
}
