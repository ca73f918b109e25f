import type { TrustChoice } from '../../aws/caller.js';
import { partitionOfRegion } from '../../aws/partition.js';
import { awsEffects } from '../../aws/validation/aws-effects.js';
import { validateConnection } from '../../aws/validation/validate-connection.js';
import { validateRole } from '../../aws/validation/validate-role.js';
import type { ValidationEffects, ValidationEvent, ValidationReport } from '../../aws/validation/validated-role.js';
import { roleArnOf, type StoredSchema, schemaConfigOf } from './stored-schema.js';

export interface SchemaTrial {
  readonly trust: TrustChoice;
  readonly sourceIdentity: boolean;
  /** Time as the trial sees it; that of the machine unless given. */
  readonly waiting?: Pick<ValidationEffects, 'clock' | 'random'> | undefined;
  readonly signal: AbortSignal;
  readonly onEvent: (event: ValidationEvent) => void;
}

/** Tries whether the schema works, by its role step by step, else by its tables. Throws CANCELLED, and nothing else. */
export async function validateSchema(
  schema: Pick<StoredSchema, 'name' | 'definition' | 'secrets'>,
  { trust, sourceIdentity, waiting, signal, onEvent }: SchemaTrial,
): Promise<ValidationReport> {
  const { region, tables, wayIn, endpoints } = schema.definition;
  const { credentials } = schemaConfigOf(schema);
  if (credentials.kind !== 'role') {
    const connection = { schema: schema.name, region, endpoint: endpoints?.dynamodb, credentials };
    return await validateConnection({ connection, tables }, { signal, onEvent });
  }
  if (wayIn.kind !== 'role') throw new TypeError('a role without its settings');
  const effects = awsEffects({
    schema: schema.name,
    region,
    credentials: credentials.own,
    stsEndpoint: endpoints?.sts,
    dynamodbEndpoint: endpoints?.dynamodb,
  });
  const { accountId, access, denyFullScans } = wayIn;
  const role = {
    schema: schema.name,
    place: { partition: partitionOfRegion(region), region, accountId },
    roleArn: roleArnOf(region, wayIn),
    externalId: credentials.externalId,
    tables,
    access,
    denyFullScans,
    sourceIdentity,
    trust,
  };
  try {
    return await validateRole(role, { ...effects, ...waiting }, { signal, onEvent });
  } finally {
    effects.sts.close();
  }
}
