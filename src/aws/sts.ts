import { type StsPlace, stsError } from './sts-error.js';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient, type STSClientConfig } from './sts-sdk.js';

/** Temporary credentials of a role session. Kept in memory only. */
export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

/** How Headgate itself gets in, before it assumes any role. */
export type OwnCredentials =
  /** The SDK's default chain, or of its ways just the named profile. */
  | { readonly kind: 'default'; readonly profile?: string }
  | {
      readonly kind: 'keys';
      readonly accessKeyId: string;
      readonly secretAccessKey: string;
      readonly sessionToken?: string;
    };

export interface StsConnection {
  /** The region of the schema: what its own STS hands out works in every region, the global one's does not. */
  readonly region: string;
  /** Undefined: AWS. */
  readonly endpoint?: string | undefined;
  readonly credentials: OwnCredentials;
}

export interface AssumeRoleRequest {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly durationSeconds: number;
  readonly externalId?: string | undefined;
  readonly sourceIdentity?: string | undefined;
  /** A session policy in JSON. */
  readonly policy?: string | undefined;
}

export interface AssumedRole {
  readonly credentials: SessionCredentials;
  /** `arn:aws:sts::123456789012:assumed-role/HeadgateReadRole/user-alice`: what CloudTrail shows. */
  readonly arn: string;
  /** How much of AWS's limit the session policy takes, where there is one. */
  readonly packedPolicyPercent: number | undefined;
}

/** The service for temporary credentials. Sends each request once: who calls decides what is worth another try. */
export interface Sts {
  /** The ARN of whoever the credentials are. Throws the codes of `stsError`. */
  callerArn(signal: AbortSignal): Promise<string>;
  /** Throws the codes of `stsError`. */
  assumeRole(request: AssumeRoleRequest, signal: AbortSignal): Promise<AssumedRole>;
  close(): void;
}

/** Nothing is sent yet: credentials are looked up at the first call. */
export function connectSts(connection: StsConnection): Sts {
  const client = new STSClient(clientConfig(connection));
  const guarded = async <T>(place: Omit<StsPlace, 'region'>, signal: AbortSignal, call: () => Promise<T>) => {
    try {
      return await call();
    } catch (error) {
      throw stsError(error, { region: connection.region, ...place }, signal.aborted);
    }
  };
  const where = connection.endpoint === undefined ? {} : { endpoint: connection.endpoint };
  return {
    callerArn: (signal) =>
      guarded(where, signal, async () => {
        const { Arn } = await client.send(new GetCallerIdentityCommand({}), { abortSignal: signal });
        return present(Arn, 'Arn');
      }),
    assumeRole: (request, signal) =>
      guarded({ ...where, roleArn: request.roleArn }, signal, async () => {
        const answer = await client.send(new AssumeRoleCommand(assumeInput(request)), { abortSignal: signal });
        const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials ?? {};
        return {
          credentials: {
            accessKeyId: present(AccessKeyId, 'AccessKeyId'),
            secretAccessKey: present(SecretAccessKey, 'SecretAccessKey'),
            sessionToken: present(SessionToken, 'SessionToken'),
            expiration: present(Expiration, 'Expiration'),
          },
          arn: present(answer.AssumedRoleUser?.Arn, 'AssumedRoleUser.Arn'),
          packedPolicyPercent: answer.PackedPolicySize,
        };
      }),
    close: () => client.destroy(),
  };
}

const CONNECTION_TIMEOUT_MS = 5_000;
const SOCKET_TIMEOUT_MS = 15_000;

function clientConfig({ region, endpoint, credentials }: StsConnection): STSClientConfig {
  return {
    region,
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials.kind === 'keys' && { credentials: { ...credentials } }),
    ...(credentials.kind === 'default' && credentials.profile !== undefined && { profile: credentials.profile }),
    // Rotated keys and renewed sign-ins on disk are found without a new start, as in `dynamodb/connect.ts`.
    ...{ ignoreCache: true },
    maxAttempts: 1,
    requestHandler: { connectionTimeout: CONNECTION_TIMEOUT_MS, requestTimeout: SOCKET_TIMEOUT_MS },
  };
}

function assumeInput(request: AssumeRoleRequest) {
  return {
    RoleArn: request.roleArn,
    RoleSessionName: request.sessionName,
    DurationSeconds: request.durationSeconds,
    ...(request.externalId !== undefined && { ExternalId: request.externalId }),
    ...(request.sourceIdentity !== undefined && { SourceIdentity: request.sourceIdentity }),
    ...(request.policy !== undefined && { Policy: request.policy }),
  };
}

function present<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new TypeError(`the answer has no ${name}`);
  return value;
}
