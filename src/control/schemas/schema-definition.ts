import { namedPrincipal } from '../../aws/caller.js';
import { newExternalId } from '../../aws/external-id.js';
import { checkRegion } from '../../aws/names.js';
import { partitionOfRegion } from '../../aws/partition.js';
import { DEFAULT_ROLE_NAME, type RoleSetup, setupProblems } from '../../aws/role-setup.js';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import { isLoopback, readSchemaName } from '../../config/config-words.js';
import type { NewSchema, SchemaChange } from '../../wire/http/contract/schemas.js';
import type { SchemaDefinition, SchemaSecrets, StoredSchema, StoredWayIn } from './stored-schema.js';

export interface DefinedSchema {
  readonly definition: SchemaDefinition;
  readonly secrets: SchemaSecrets;
}

/** What may be said of a schema: when it is made, and what of it when it is changed. */
type Settings = Omit<SchemaChange, 'status'>;

/** A new schema as it is kept, with a new external ID unless it names one. Throws REQUEST_INVALID and ROLE_INVALID. */
export function defineSchema({ schemaName, way, ...settings }: NewSchema): DefinedSchema {
  const reading = readSchemaName(schemaName);
  if (reading.kind === 'problem') throw invalid(`Not a good name: ${reading.problem}.`);
  const defined = settle(way, settings, undefined);
  checkDefined(schemaName, defined);
  return defined;
}

/** The schema with the change. Throws REQUEST_INVALID and ROLE_INVALID. */
export function redefineSchema(schema: StoredSchema, change: Settings): DefinedSchema {
  const defined = settle(schema.definition.wayIn.kind, change, schema);
  checkDefined(schema.name, defined);
  return defined;
}

/** The set-up of a role, as `planRole` takes it. `principal` is the one it names, else a stand-in to check the rest by. */
export function roleSetupOf(name: string, { definition, secrets }: DefinedSchema): RoleSetup | undefined {
  const { region, tables, wayIn } = definition;
  if (wayIn.kind !== 'role') return undefined;
  const partition = partitionOfRegion(region);
  const { accountId, roleName, access, catalogExtras, denyFullScans, trustedPrincipal } = wayIn;
  return {
    schema: name,
    region,
    accountId,
    roleName,
    tables,
    access,
    externalId: secrets.externalId ?? '',
    principal: namedPrincipal(trustedPrincipal ?? '123456789012', partition),
    sourceIdentity: false,
    catalogExtras,
    denyFullScans,
  };
}

function settle(way: NewSchema['way'], settings: Settings, before: StoredSchema | undefined): DefinedSchema {
  const { tableAllowlist, endpoints } = settings;
  const region = settings.region ?? before?.definition.region ?? '';
  const tables = tableAllowlist === undefined ? (before?.definition.tables ?? '*') : tablesOf(tableAllowlist);
  const places = endpoints === undefined ? before?.definition.endpoints : placesOf(endpoints);
  const wayIn = settleWayIn(way, settings, before?.definition.wayIn);
  return {
    definition: {
      region,
      tables,
      wayIn,
      ...(places === undefined ? {} : { endpoints: places }),
    },
    secrets: settleSecrets(way, settings, before?.secrets),
  };
}

function tablesOf(list: readonly string[]): SchemaDefinition['tables'] {
  return list.length === 0 || (list.length === 1 && list[0] === '*') ? '*' : list;
}

function placesOf({ dynamodb, sts }: NonNullable<Settings['endpoints']>) {
  return { ...(dynamodb === undefined ? {} : { dynamodb }), ...(sts === undefined ? {} : { sts }) };
}

function settleWayIn(way: NewSchema['way'], settings: Settings, before: StoredWayIn | undefined): StoredWayIn {
  const known = before?.kind === way ? before : undefined;
  const accessKeyId =
    settings.accessKeyId ?? (known !== undefined && 'accessKeyId' in known ? known.accessKeyId : undefined);
  const profile = settings.profile ?? (known !== undefined && 'profile' in known ? known.profile : undefined);
  const key = accessKeyId === undefined ? {} : { accessKeyId };
  switch (way) {
    case 'default':
      return { kind: 'default', ...(profile === undefined ? {} : { profile }) };
    case 'keys':
      if (accessKeyId === undefined) throw invalid('The way keys needs accessKeyId and secretAccessKey.');
      return { kind: 'keys', accessKeyId };
    case 'endpoint':
      return { kind: 'endpoint', ...key };
    case 'role': {
      const role = known?.kind === 'role' ? known : undefined;
      const named = roleNamed(settings);
      const trustedPrincipal = settings.trustedPrincipal ?? role?.trustedPrincipal;
      return {
        kind: 'role',
        accountId: named.accountId ?? role?.accountId ?? '',
        roleName: named.roleName ?? role?.roleName ?? DEFAULT_ROLE_NAME,
        access: settings.access ?? role?.access ?? 'R',
        catalogExtras: settings.catalogExtras ?? role?.catalogExtras ?? true,
        denyFullScans: settings.denyFullScans ?? role?.denyFullScans ?? false,
        ...(trustedPrincipal === undefined ? {} : { trustedPrincipal }),
        ...(profile === undefined ? {} : { profile }),
        ...key,
      };
    }
  }
}

/** By ARN, or by account and name. */
function roleNamed({ roleArn, accountId, roleName }: Settings) {
  if (roleArn === undefined) return { accountId, roleName };
  const [, account, name] = /^arn:aws(?:-cn|-us-gov)?:iam::(\d{12}):role(\/.+)$/.exec(roleArn) ?? [];
  if (name === undefined || (accountId !== undefined && accountId !== account) || roleName !== undefined) {
    throw invalid('roleArn must be the ARN of a role in the account, and stand without roleName.');
  }
  return { accountId: account, roleName: name.lastIndexOf('/') === 0 ? name.slice(1) : name };
}

function settleSecrets(way: NewSchema['way'], settings: Settings, before: SchemaSecrets = {}): SchemaSecrets {
  const { secretAccessKey, accessKeyId, sessionToken } = settings;
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined)) {
    throw invalid('accessKeyId and secretAccessKey come together.');
  }
  const keys =
    secretAccessKey === undefined
      ? { secretAccessKey: before.secretAccessKey, sessionToken: before.sessionToken }
      : { secretAccessKey, sessionToken };
  const externalId = way === 'role' ? (settings.externalId ?? before.externalId ?? newExternalId()) : undefined;
  return Object.fromEntries(Object.entries({ externalId, ...keys }).filter(([, value]) => value !== undefined));
}

function checkDefined(name: string, defined: DefinedSchema): void {
  const { wayIn, endpoints, region } = defined.definition;
  const wrongRegion = wayIn.kind === 'endpoint' ? undefined : checkRegion(region);
  if (wrongRegion !== undefined && wayIn.kind !== 'role') throw invalid(`region: ${wrongRegion.problem}`);
  if (wayIn.kind === 'endpoint' && endpoints?.dynamodb === undefined) {
    throw invalid('The way endpoint needs endpoints.dynamodb.');
  }
  const places = Object.values(endpoints ?? {});
  // A stand-in for AWS gets to see tokens of sessions.
  if (wayIn.kind !== 'endpoint' && places.some((url) => !isLoopback(url))) {
    throw invalid('endpoints may only be addresses of this machine here: they are for local AWS.');
  }
  const setup = roleSetupOf(name, defined);
  const problems = setup === undefined ? [] : setupProblems(setup);
  if (problems.length === 0) return;
  throw new HeadgateError('ROLE_INVALID', `The schema ${name} cannot be defined like this.`, {
    detail: problems.map(({ field, problem }) => `${field}: ${problem}`).join(' '),
    hint: 'Mend these values and try again.',
  });
}

function invalid(message: string): HeadgateError {
  return new HeadgateError('REQUEST_INVALID', message);
}
