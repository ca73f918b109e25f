import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectDynamodb } from '../../dynamodb/connect.js';
import { type EmbeddedDynamodb, openEmbedded } from '../../dynamodb/embedded/open-embedded.js';
import {
  type FakeStsEndpoint,
  fakeStsEndpoint,
  stsCaller,
  stsRefusal,
  stsSession,
} from '../testing/fake-sts-endpoint.js';
import { awsEffects } from './aws-effects.js';
import { validateRole } from './validate-role.js';
import type { ValidatedRole } from './validated-role.js';

const signal = new AbortController().signal;
const KEYS = { kind: 'keys', accessKeyId: 'AKIAOWN', secretAccessKey: 'secret' } as const;

let embedded: EmbeddedDynamodb;
let sts: FakeStsEndpoint;
beforeAll(async () => {
  embedded = await openEmbedded({ directory: undefined, signal });
  sts = await fakeStsEndpoint((parameters, { authorization }) => {
    if (parameters.get('Action') === 'GetCallerIdentity') {
      const isSession = authorization.includes('Credential=ASIA1/');
      return stsCaller(
        isSession ? 'arn:aws:sts::123456789012:assumed-role/Reader/v' : 'arn:aws:iam::999988887777:user/headgate',
      );
    }
    if (parameters.get('ExternalId') !== 'headgate-1') return stsRefusal(403, 'AccessDenied');
    const expiration = new Date(Date.now() + 900_000);
    return stsSession({ accessKeyId: 'ASIA1', expiration, sessionName: parameters.get('RoleSessionName') ?? '' });
  });
  const handle = connectDynamodb({ region: 'eu-central-1', endpoint: embedded.endpoint, credentials: KEYS });
  try {
    const key = (name: string, type: 'S' | 'N' | 'B') => ({ name, type });
    for (const type of ['S', 'N', 'B'] as const) {
      const index = { name: 'by_other', kind: 'global', projection: { kind: 'all' } } as const;
      const indexes = [{ ...index, partitionKeys: [key('other', type)], sortKeys: [key('at', 'N')] }];
      const definition = { name: `orders-${type}`, partitionKey: key('id', type), sortKey: key('at', 'N'), indexes };
      await handle.writer.createTable(definition, signal);
    }
  } finally {
    handle.close();
  }
});
afterAll(async () => {
  await sts.close();
  await embedded.close();
});

it('a role is validated over the real clients, for keys and indexes of every type', async () => {
  const role: ValidatedRole = {
    schema: 'shop',
    place: { partition: 'aws', region: 'eu-central-1', accountId: '123456789012' },
    roleArn: 'arn:aws:iam::123456789012:role/Reader',
    externalId: 'headgate-1',
    tables: ['orders-S', 'orders-N', 'orders-B'],
    access: 'RW',
    denyFullScans: false,
    sourceIdentity: false,
    trust: 'caller',
  };
  const effects = awsEffects({
    schema: 'shop',
    region: 'eu-central-1',
    credentials: KEYS,
    stsEndpoint: sts.endpoint,
    dynamodbEndpoint: embedded.endpoint,
  });
  try {
    const report = await validateRole(role, effects, { signal });
    const found = report.steps.map(({ step, outcome, message }) => `${step}: ${outcome}: ${message}`);
    expect(found).toEqual([
      'own-credentials: ok: Headgate is arn:aws:iam::999988887777:user/headgate.',
      'assume-role: ok: Headgate acts as arn:aws:sts::123456789012:assumed-role/Reader/headgate-validation.',
      'external-id: ok: Without the external ID, AWS refuses the role.',
      'place: ok: The session is of account 123456789012, and good in eu-central-1.',
      'tables: ok: All 3 tables are there.',
      'access: ok: What access RW needs is allowed on 3 tables.',
      // The embedded DynamoDB asks no IAM.
      'reach: warn: The role is broader than the schema: it may describe and read and write tables that are not in the list.',
    ]);
  } finally {
    effects.sts.close();
  }
});
