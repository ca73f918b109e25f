import { AwsFault } from '../aws-fault.js';

/** Who sends a request, as policies see it. */
export interface Caller {
  readonly account: string;
  /** Of the user, or of the session: `arn:aws:sts::<account>:assumed-role/<role>/<session>`. */
  readonly arn: string;
  /** Of the user, or of the IAM role behind the session, with its path. */
  readonly principalArn: string;
}

/** One principal that a trust policy names. */
export type PrincipalPattern =
  | { readonly kind: 'anyone' }
  /** Everybody in the account whom the account's own policies allow it. */
  | { readonly kind: 'account'; readonly account: string }
  | { readonly kind: 'arn'; readonly arn: string }
  /** A service or an identity provider: none of the callers that local AWS has. */
  | { readonly kind: 'other' };

/** How a policy names a caller; in this order each one grants more by itself. */
export type NamedAs = 'account' | 'principal' | 'session';

/** How the pattern names the caller, undefined when it does not. */
export function namedAs(pattern: PrincipalPattern, caller: Caller): NamedAs | undefined {
  switch (pattern.kind) {
    case 'anyone':
      return 'principal';
    case 'account':
      return pattern.account === caller.account ? 'account' : undefined;
    case 'arn':
      if (pattern.arn === caller.principalArn) return 'principal';
      return pattern.arn === caller.arn ? 'session' : undefined;
    case 'other':
      return undefined;
  }
}

/** Reads the Principal of a trust policy. Throws the fault MalformedPolicyDocument. */
export function parsePrincipals(principal: unknown): readonly PrincipalPattern[] {
  if (principal === '*') return [{ kind: 'anyone' }];
  if (typeof principal !== 'object' || principal === null || Array.isArray(principal)) throw syntaxError();
  const kinds = Object.entries(principal);
  if (kinds.length === 0) throw syntaxError();
  return kinds.flatMap(([kind, named]) => {
    const texts: readonly unknown[] = Array.isArray(named) ? named : [named];
    if (texts.length === 0) throw syntaxError();
    return texts.map((text) => {
      if (typeof text !== 'string') throw syntaxError();
      return parsePrincipal(kind, text);
    });
  });
}

function parsePrincipal(kind: string, text: string): PrincipalPattern {
  if (kind === 'Service' || kind === 'Federated' || kind === 'CanonicalUser') return { kind: 'other' };
  if (kind !== 'AWS') throw syntaxError();
  if (text === '*') return { kind: 'anyone' };
  const [, bare, ofRoot] = ACCOUNT.exec(text) ?? [];
  const account = bare ?? ofRoot;
  if (account !== undefined) return { kind: 'account', account };
  if (!ARN.test(text)) throw new AwsFault('MalformedPolicyDocument', `Invalid principal in policy: "AWS":"${text}"`);
  return { kind: 'arn', arn: text };
}

const ACCOUNT = /^(?:(\d{12})|arn:aws:iam::(\d{12}):root)$/;
/** Users, roles and sessions by their whole names: IAM takes no wildcards here. */
const ARN = /^arn:aws:(?:iam::\d{12}:(?:user|role)\/[^*?]+|sts::\d{12}:assumed-role\/[^*?/]+\/[^*?/]+)$/;

function syntaxError(): AwsFault {
  return new AwsFault('MalformedPolicyDocument', 'Syntax errors in policy.');
}
