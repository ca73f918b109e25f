import { type AuthenticatedCaller, type Authentication, type Authenticator, authenticate } from '../authenticate.js';
import { AwsFault } from '../aws-fault.js';
import type { SignedRequest } from '../signature.js';
import { assumeRole } from './assume-role.js';
import { readAssumeRole } from './assume-role-request.js';
import { type StsAnswer, stsError, stsResult, type XmlElements } from './sts-answer.js';

/** STS: answers a request of the query protocol. */
export function answerSts(request: SignedRequest, requestId: string, by: Authenticator): StsAnswer {
  try {
    const parameters = new URLSearchParams(request.body.toString('utf8'));
    const action = parameters.get('Action') ?? '';
    const perform = actionOf(action, parameters.get('Version') ?? 'NO_VERSION_SPECIFIED');
    const caller = requireCaller(authenticate(request, 'sts', by));
    return stsResult(action, perform(caller, parameters, by), requestId);
  } catch (error) {
    if (error instanceof AwsFault) return stsError(error, requestId);
    throw error;
  }
}

/** The answer that STS gives when it is asked too much. */
export function throttledSts(requestId: string): StsAnswer {
  return stsError(new AwsFault('Throttling', 'Rate exceeded'), requestId);
}

type Action = (caller: AuthenticatedCaller, parameters: URLSearchParams, by: Authenticator) => XmlElements;

const ACTIONS: ReadonlyMap<string, Action> = new Map<string, Action>([
  ['AssumeRole', (caller, parameters, by) => assumeRole(caller, readAssumeRole(parameters), by)],
  // Needs no permission, and no policy can take it away.
  ['GetCallerIdentity', ({ arn, userId, account }) => ({ Arn: arn, UserId: userId, Account: account })],
]);

function actionOf(name: string, version: string): Action {
  if (name === '') throw new AwsFault('MissingAction', 'Missing Action');
  const action = version === '2011-06-15' ? ACTIONS.get(name) : undefined;
  if (action === undefined) {
    throw new AwsFault('InvalidAction', `Could not find operation ${name} for version ${version}`);
  }
  return action;
}

function requireCaller(authentication: Authentication): AuthenticatedCaller {
  switch (authentication.kind) {
    case 'known':
      return authentication.caller;
    case 'unknown':
      throw new AwsFault('InvalidClientTokenId', 'The security token included in the request is invalid.', 403);
    case 'expired':
      throw new AwsFault('ExpiredToken', 'The security token included in the request is expired', 403);
    case 'missing':
      throw new AwsFault('MissingAuthenticationToken', authentication.text, 403);
    case 'incomplete':
      throw new AwsFault('IncompleteSignature', authentication.text);
    case 'mismatch':
      throw new AwsFault('SignatureDoesNotMatch', authentication.text, 403);
  }
}
