import { connectDynamodb } from '../../dynamodb/connect.js';
import { SYSTEM_CLOCK } from '../clock.js';
import { connectSts, type OwnCredentials } from '../sts.js';
import type { ValidationEffects } from './validated-role.js';

export interface AwsEffectsOptions {
  readonly schema: string;
  readonly region: string;
  readonly credentials: OwnCredentials;
  /** Undefined: AWS. */
  readonly stsEndpoint?: string | undefined;
  readonly dynamodbEndpoint?: string | undefined;
}

/** Validation against AWS, or what stands in for it at the endpoints. Close `sts` when the validation is over. */
export function awsEffects(options: AwsEffectsOptions): ValidationEffects {
  const { schema, region, credentials, stsEndpoint, dynamodbEndpoint } = options;
  const sts = (own: OwnCredentials) => connectSts({ region, endpoint: stsEndpoint, credentials: own });
  return {
    sts: sts(credentials),
    stsWith: ({ accessKeyId, secretAccessKey, sessionToken }) =>
      sts({ kind: 'keys', accessKeyId, secretAccessKey, sessionToken }),
    dynamodbWith: ({ accessKeyId, secretAccessKey, sessionToken }) =>
      connectDynamodb({
        schema,
        region,
        endpoint: dynamodbEndpoint,
        credentials: { kind: 'keys', accessKeyId, secretAccessKey, sessionToken },
      }),
    clock: SYSTEM_CLOCK,
    random: Math.random,
  };
}
