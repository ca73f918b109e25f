import { type AuthenticatedCaller, type Authentication, type Authenticator, authenticate } from '../authenticate.js';
import { AwsFault } from '../aws-fault.js';
import { decide, type Refusal } from '../policy/decide.js';
import { refusalText } from '../refusal-text.js';
import type { SignedRequest } from '../signature.js';
import type { Need, Target } from './need.js';
import { type FindPartitionKey, needContext } from './need-context.js';
import { readBody } from './request-body.js';
import { verbNeeds } from './verb-needs.js';

/** Where the tables of the embedded DynamoDB are said to be: no other account and no other region has any. */
export interface TablesPlace {
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
}

export interface GateOptions {
  readonly by: Authenticator;
  readonly place: TablesPlace;
  readonly findPartitionKey: FindPartitionKey;
}

/** What becomes of an allowed request. */
export type Passage =
  | { readonly kind: 'forward'; readonly verb: string }
  /** Answered without the embedded DynamoDB: the caller's account has no tables in this region. */
  | { readonly kind: 'answer'; readonly json: string };

/**
 * IAM in front of DynamoDB: who sends the request, and whether the policies allow all that it needs. Throws an AwsFault with
 * the code of DynamoDB for what is refused.
 */
export async function passGate(request: SignedRequest, { by, place, findPartitionKey }: GateOptions): Promise<Passage> {
  const verb = verbOf(request);
  const caller = requireCaller(authenticate(request, 'dynamodb', by));
  const body = readBody(request.body);
  const isHome = caller.account === place.account && caller.region === place.region;
  for (const need of verbNeeds(verb, body)) {
    await requireAllowed(caller, need, isHome ? findPartitionKey : async () => undefined);
  }
  if (isHome) return { kind: 'forward', verb };
  if (verb === 'ListTables') return { kind: 'answer', json: '{"TableNames":[]}' };
  if (verb === 'CreateTable') {
    const where = `account ${place.account} in region ${place.region}`;
    throw new AwsFault('LimitExceededException', `Local AWS keeps tables only for ${where}.`);
  }
  throw new AwsFault('ResourceNotFoundException', 'Requested resource not found');
}

const TARGET_PREFIX = 'DynamoDB_20120810.';

function verbOf({ headers }: SignedRequest): string {
  const target = headers.get('x-amz-target') ?? '';
  if (!target.startsWith(TARGET_PREFIX)) throw new AwsFault('UnknownOperationException', '');
  return target.slice(TARGET_PREFIX.length);
}

async function requireAllowed(
  caller: AuthenticatedCaller,
  need: Need,
  findPartitionKey: FindPartitionKey,
): Promise<void> {
  const { action } = need;
  const { identity, session } = caller.permissions;
  const { resource, shown } = resourceOf(need.target, caller);
  const policies = session === undefined ? identity : [...identity, session];
  const context = new Map([...caller.context, ...(await needContext(need, policies, findPartitionKey))]);
  const decision = decide(caller.permissions, { action, resource, context });
  if (!decision.allowed) throw denied(caller, { action, resource: shown }, decision.refusal);
  // A table of another account would have to let the caller in by a policy of its own, and there are none of those here.
  if (need.target.kind === 'arn' && !resource.includes(`:${caller.account}:table/`)) {
    throw denied(caller, { action, resource: shown }, { explicit: false, policy: 'resource-based' });
  }
}

/** The resource for the policies, and as the refusal shows it: AWS shows actions without resources as on all tables. */
function resourceOf(target: Target, { account, region }: AuthenticatedCaller) {
  const tables = `arn:aws:dynamodb:${region}:${account}:table/`;
  switch (target.kind) {
    case 'everything':
      return { resource: '*', shown: `${tables}*` };
    case 'table': {
      const resource = `${tables}${target.table}${target.index === undefined ? '' : `/index/${target.index}`}`;
      return { resource, shown: resource };
    }
    case 'arn':
      if (!TABLE_ARN.test(target.arn) || target.arn.split(':')[3] !== region) {
        const text = `Invalid TableArn: Invalid ResourceArn provided as input ${target.arn}`;
        throw new AwsFault('ValidationException', text);
      }
      return { resource: target.arn, shown: target.arn };
  }
}

const TABLE_ARN = /^arn:aws:dynamodb:[a-z0-9-]+:\d{12}:table\/[\w.-]+(?:\/index\/[\w.-]+)?$/;

function denied(
  caller: AuthenticatedCaller,
  need: { readonly action: string; readonly resource: string },
  by: Refusal,
) {
  return new AwsFault('AccessDeniedException', refusalText(caller.arn, need, by));
}

function requireCaller(authentication: Authentication): AuthenticatedCaller {
  switch (authentication.kind) {
    case 'known':
      return authentication.caller;
    case 'unknown':
      throw new AwsFault('UnrecognizedClientException', 'The security token included in the request is invalid.');
    case 'expired':
      throw new AwsFault('ExpiredTokenException', 'The security token included in the request is expired');
    case 'missing':
      throw new AwsFault('MissingAuthenticationTokenException', authentication.text);
    case 'incomplete':
      throw new AwsFault('IncompleteSignatureException', authentication.text);
    case 'mismatch':
      throw new AwsFault('InvalidSignatureException', authentication.text);
  }
}
