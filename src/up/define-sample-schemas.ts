import { HeadgateError } from '../base/errors/headgate-error.js';
import type { ServedGateway } from '../serve/serve.js';
import { type ServerClient, serverClient } from '../wire/cli/server/server-client.js';
import type { SampleAccount, SampleSchema } from './open-sample-account.js';

/**
 * Defines the sample schemas at the gateway, or tells those that are there where local AWS is this time; one that was active is
 * validated again. Throws what the gateway answers.
 */
export async function defineSampleSchemas(
  { url, operatorKey }: Pick<ServedGateway, 'url' | 'operatorKey'>,
  account: SampleAccount,
  signal: AbortSignal,
): Promise<void> {
  const server = serverClient({ url, token: async () => operatorKey }, signal);
  for (const schema of account.schemas) await define(server, account, schema);
}

async function define(server: ServerClient, { aws, own }: SampleAccount, schema: SampleSchema): Promise<void> {
  const endpoints = { dynamodb: aws.dynamodbEndpoint, sts: aws.stsEndpoint };
  const settings = { ...own, endpoints, externalId: schema.externalId };
  const path = `/v1/schemas/${schema.schemaName}`;
  const known = await server.call<{ status: string; source: string }>('GET', path).catch(orMissing);
  if (known === undefined) {
    await server.call('POST', '/v1/schemas', { ...schema, ...settings });
    return;
  }
  // A schema of that name in headgate.yaml is somebody's own.
  if (known.source !== 'store') return;
  const status = known.status === 'active' ? { status: 'active' } : {};
  await server.call('PATCH', path, { ...settings, ...status });
}

function orMissing(error: unknown): undefined {
  if (error instanceof HeadgateError && error.code === 'SCHEMA_NOT_FOUND') return undefined;
  throw error;
}
