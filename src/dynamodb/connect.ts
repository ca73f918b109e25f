import { dynamodbCalls } from './calls.js';
import { tableDirectory } from './describe.js';
import { refreshCredentials } from './fresh-credentials.js';
import { type PermissionProbes, permissionProbes } from './permission-probes.js';
import { type RawCalls, rawCalls } from './raw-call.js';
import { tableReader } from './read-tables.js';
import { retryStrategy } from './retry-strategy.js';
import { DynamoDBClient, type DynamoDBClientConfig } from './sdk.js';
import type { TableDirectory, TableReader } from './table-reader.js';
import { type TableWriter, tableWriter } from './write-items.js';

/** How to reach one account's tables. What is undefined is looked up by the SDK: environment, then AWS profile. */
export interface DynamodbConnection {
  /** Named in errors of the connection. */
  readonly schema?: string;
  readonly region: string | undefined;
  readonly endpoint: string | undefined;
  readonly credentials: DynamodbCredentials;
}

export type DynamodbCredentials =
  | { readonly kind: 'default'; readonly profile?: string }
  | {
      readonly kind: 'keys';
      readonly accessKeyId: string;
      readonly secretAccessKey: string;
      readonly sessionToken?: string;
    }
  | { readonly kind: 'provider'; readonly provide: CredentialProvider };

/** Asked before every request, so it keeps what it has; forced when AWS said that what it gave is no longer good. */
export type CredentialProvider = (options?: { readonly forceRefresh?: boolean }) => Promise<{
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}>;

/** Share one handle: it keeps the connections alive. */
export interface DynamodbConnectionHandle {
  readonly reader: TableReader;
  readonly directory: TableDirectory;
  /** For loading sample and test data. */
  readonly writer: TableWriter;
  /** Calls as they are, for those who relay them. */
  readonly raw: RawCalls;
  /** For validating a role. */
  readonly probes: PermissionProbes;
  /** Closes the sockets. Calls that are under way fail; nothing may be called afterwards. */
  close(): void;
}

/**
 * A connection to DynamoDB. Nothing is sent yet: region, credentials and endpoint are looked up at the first call, which
 * throws REGION_MISSING, CREDENTIALS_MISSING or ENDPOINT_UNREACHABLE when they are not there.
 */
export function connectDynamodb(connection: DynamodbConnection): DynamodbConnectionHandle {
  const client = new DynamoDBClient(clientConfig(connection));
  refreshCredentials(client);
  const calls = dynamodbCalls(client, connection);
  return {
    reader: tableReader(calls),
    directory: tableDirectory(calls),
    writer: tableWriter(calls),
    raw: rawCalls(calls),
    probes: permissionProbes(calls),
    close: () => client.destroy(),
  };
}

/**
 * Who retries what, so that nothing is retried twice over: the SDK what got no answer, a broken one or a 5xx, this many
 * times; `fresh-credentials.ts` what was refused for stale credentials, once; and throttling whoever can slow down for it
 * (`query/fetch/steady-reader.ts`), by asking with `throwThrottling`, or else the SDK too.
 */
const MAX_ATTEMPTS = 6;
const CONNECTION_TIMEOUT_MS = 5_000;
/** Silence on the socket, before or inside an answer. DynamoDB itself gives up on a request long before. */
const SOCKET_TIMEOUT_MS = 30_000;
/** More than the requests that are in flight at once: waiting for a socket counts towards the connection timeout. */
const MAX_SOCKETS = 512;

function clientConfig({ region, endpoint, credentials }: DynamodbConnection): DynamoDBClientConfig {
  return {
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
    // A copy: the SDK notes on the object where the credentials came from, and the configuration is frozen.
    ...(credentials.kind === 'keys' && { credentials: { ...credentials } }),
    ...(credentials.kind === 'default' && credentials.profile !== undefined && { profile: credentials.profile }),
    ...(credentials.kind === 'provider' && { credentials: askedEachTime(credentials.provide) }),
    // Read by the SDK's own chain of providers: credentials files are read anew whenever they are asked for credentials.
    ...{ ignoreCache: true },
    maxAttempts: MAX_ATTEMPTS,
    retryStrategy: retryStrategy(MAX_ATTEMPTS),
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      socketTimeout: SOCKET_TIMEOUT_MS,
      httpAgent: { keepAlive: true, maxSockets: MAX_SOCKETS },
      httpsAgent: { keepAlive: true, maxSockets: MAX_SOCKETS },
    },
  };
}

/** The SDK itself would keep what it got until five minutes before it ends, by a clock of its own. */
function askedEachTime(provide: CredentialProvider) {
  const copied = async (options?: { readonly forceRefresh?: boolean }) => ({ ...(await provide(options)) });
  return Object.assign(copied, { memoized: true });
}
