import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { HeadgateError } from '../../base/errors/headgate-error.js';
import { openEmbedded } from '../../dynamodb/embedded/open-embedded.js';
import { type LocalAws, type LocalAwsOptions, openLocalAws } from '../open-local-aws.js';
import { elementOf, postToSts, type SigningKeys } from './sign-request.js';

/** The account and region with the tables, and the account that Headgate itself is in. */
export const PLACE = { account: '111122223333', region: 'eu-central-1' };
export const OWN_ACCOUNT = '999900001111';

export interface LocalAwsUnderTest {
  readonly aws: LocalAws;
  readonly problems: readonly HeadgateError[];
  /** Moves the clock of local AWS. */
  wait(ms: number): void;
  /** A client that asks once; ended by `close`. */
  client(keys: SigningKeys, region?: string): DynamoDBClient;
  /** AssumeRole of a role in the account with the tables. */
  assume(keys: SigningKeys, role: string, form?: Readonly<Record<string, string>>): Promise<StsOutcome>;
  close(): Promise<void>;
}

export interface StsOutcome {
  readonly status: number;
  readonly xml: string;
  /** Of an error. */
  readonly code: string | undefined;
  readonly message: string | undefined;
  /** Empty texts where there are none. */
  readonly keys: Required<SigningKeys>;
}

/** Local AWS in front of an embedded DynamoDB in memory, with a clock that stands still. */
export async function openLocalAwsUnderTest(options: Partial<LocalAwsOptions> = {}): Promise<LocalAwsUnderTest> {
  const embedded = await openEmbedded({ directory: undefined, signal: new AbortController().signal });
  let nowMs = Date.UTC(2026, 0, 31, 12, 0, 0, 250);
  const problems: HeadgateError[] = [];
  const aws = await openLocalAws({
    directory: undefined,
    embeddedEndpoint: embedded.endpoint,
    place: PLACE,
    clock: () => nowMs,
    onProblem: (problem) => problems.push(problem),
    ...options,
  });
  const clients: DynamoDBClient[] = [];
  return {
    aws,
    problems,
    wait(ms) {
      nowMs += ms;
    },
    client(keys, region = PLACE.region) {
      // A copy: the SDK notes on the object where the credentials came from.
      const credentials = { ...keys };
      const client = new DynamoDBClient({ region, credentials, endpoint: aws.dynamodbEndpoint, maxAttempts: 1 });
      clients.push(client);
      return client;
    },
    async assume(keys, role, form = {}) {
      const RoleArn = `arn:aws:iam::${PLACE.account}:role/${role}`;
      const parameters = { Action: 'AssumeRole', RoleArn, RoleSessionName: 'ann', ...form };
      const { status, xml } = await postToSts(aws.stsEndpoint, parameters, keys);
      const text = (name: string) => elementOf(xml, name) ?? '';
      return {
        ...{ status, xml, code: elementOf(xml, 'Code'), message: elementOf(xml, 'Message') },
        keys: {
          accessKeyId: text('AccessKeyId'),
          secretAccessKey: text('SecretAccessKey'),
          sessionToken: text('SessionToken'),
        },
      };
    },
    async close() {
      for (const client of clients) client.destroy();
      await aws.close();
      await embedded.close();
    },
  };
}

/** Effect, action, resource. */
export type ShortStatement = readonly [string, string | readonly string[], string];

/** A policy with these statements. */
export function policyOf(...statements: readonly ShortStatement[]) {
  return {
    Version: '2012-10-17',
    Statement: statements.map(([Effect, Action, Resource]) => ({ Effect, Action, Resource })),
  };
}

/** A policy that lets a principal assume the role, with conditions. */
export function trustOf(principal: string, Condition: object = {}) {
  const statement = { Effect: 'Allow', Principal: { AWS: principal }, Action: 'sts:AssumeRole', Condition };
  return { Version: '2012-10-17', Statement: [statement] };
}
