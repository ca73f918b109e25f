import { createRequire } from 'node:module';
import type * as Sdk from '@aws-sdk/client-sts';

export type * from '@aws-sdk/client-sts';

/** Loaded by `require`, for the reason in `dynamodb/sdk.ts`. */
const sdk: typeof Sdk = createRequire(import.meta.url)('@aws-sdk/client-sts');

export const { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } = sdk;
