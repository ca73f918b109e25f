import { AwsFault } from '../aws-fault.js';
import { type Condition, parseCondition } from './condition.js';
import { parsePattern } from './pattern.js';
import type { Patterns, PolicyDocument, Statement } from './policy-document.js';
import { parsePrincipals } from './principal-pattern.js';

/** `identity`: of a user, a role or a session. `trust`: who may assume a role. */
export type PolicyKind = 'identity' | 'trust';

/** Reads a policy as JSON text. Throws the fault MalformedPolicyDocument, worded as IAM words it. */
export function parsePolicyText(text: string, kind: PolicyKind): PolicyDocument {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw malformed('This policy contains invalid Json');
  }
  return parsePolicy(json, kind);
}

/** Reads a policy. Throws the fault MalformedPolicyDocument. */
export function parsePolicy(json: unknown, kind: PolicyKind): PolicyDocument {
  const policy = members(json, POLICY_MEMBERS);
  const version = policy.get('Version') ?? '2008-10-17';
  if (version !== '2012-10-17' && version !== '2008-10-17') throw syntaxError();
  if (typeof (policy.get('Id') ?? '') !== 'string') throw syntaxError();
  const written = policy.get('Statement');
  const statements: readonly unknown[] = Array.isArray(written) ? written : [written];
  if (statements.length === 0) throw syntaxError();
  const parsed = statements.map((statement) => members(statement, STATEMENT_MEMBERS));
  requireUniqueIds(parsed);
  return { statements: parsed.map((statement) => parseStatement(statement, kind, version === '2012-10-17')) };
}

type Members = ReadonlyMap<string, unknown>;

const POLICY_MEMBERS: ReadonlySet<string> = new Set(['Version', 'Id', 'Statement']);
const STATEMENT_MEMBERS: ReadonlySet<string> = new Set([
  ...['Sid', 'Effect', 'Principal', 'NotPrincipal'],
  ...['Action', 'NotAction', 'Resource', 'NotResource', 'Condition'],
]);

function parseStatement(statement: Members, kind: PolicyKind, variables: boolean): Statement {
  const effect = statement.get('Effect');
  if (effect !== 'Allow' && effect !== 'Deny') throw syntaxError();
  const actions = parseEither(statement, 'Action', (texts) => texts.map((text) => parseAction(text, kind)));
  if (actions === undefined) throw malformed('Policy statement must contain actions.');
  const resources = parseEither(statement, 'Resource', (texts) => texts.map((text) => parseResource(text, variables)));
  const conditions = parseConditions(statement.get('Condition') ?? {}, variables);
  if (kind === 'trust') {
    if (resources !== undefined) throw malformed('Has prohibited field Resource');
    if (statement.has('NotPrincipal')) throw malformed('Has prohibited field NotPrincipal');
    if (!statement.has('Principal')) throw malformed('Missing required field Principal');
    return { effect, actions, resources, principals: parsePrincipals(statement.get('Principal')), conditions };
  }
  if (statement.has('Principal') || statement.has('NotPrincipal')) {
    throw malformed('Policy document should not specify a principal.');
  }
  if (resources === undefined) throw malformed('Policy statement must contain resources.');
  return { effect, actions, resources, principals: undefined, conditions };
}

/** A member or the one that negates it, never both; undefined when neither is there or it lists nothing. */
function parseEither(
  statement: Members,
  name: 'Action' | 'Resource',
  parse: (texts: readonly string[]) => Patterns['patterns'],
): Patterns | undefined {
  if (statement.has(name) && statement.has(`Not${name}`)) throw syntaxError();
  const texts = stringList(statement.get(name) ?? statement.get(`Not${name}`) ?? []);
  return texts.length === 0 ? undefined : { negated: statement.has(`Not${name}`), patterns: parse(texts) };
}

function parseAction(text: string, kind: PolicyKind) {
  const [vendor = '', , ...more] = text.split(':');
  if (text !== '*' && !text.includes(':')) {
    throw malformed('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.');
  }
  if (more.length > 0) throw malformed('Actions/Condition can contain only one colon.');
  if (!/^(?:\*|[a-zA-Z0-9.-]+)$/.test(vendor)) throw malformed(`Vendor ${vendor} is not valid`);
  if (kind === 'trust' && vendor.toLowerCase() !== 'sts') {
    throw malformed('AssumeRole policy may only specify STS AssumeRole actions.');
  }
  return parsePattern(text.toLowerCase(), { wildcards: true, variables: false });
}

function parseResource(text: string, variables: boolean) {
  if (text !== '*' && !text.startsWith('arn:')) throw malformed(`Resource ${text} must be in ARN format or "*".`);
  if (text !== '*' && !/^arn:[^:]+:[^:*?]+:/.test(text)) {
    throw malformed('Resource vendor must be fully qualified and cannot contain regexes.');
  }
  const partition = text.split(':')[1];
  if (partition !== undefined && partition !== 'aws' && partition !== '*') {
    throw malformed(`Partition "${partition}" is not valid for resource "${text}".`);
  }
  return parsePattern(text, { wildcards: true, variables });
}

function parseConditions(json: unknown, variables: boolean): readonly Condition[] {
  return [...members(json)].flatMap(([operator, keys]) =>
    [...members(keys)].map(([key, written]) => {
      const values = (Array.isArray(written) ? written : [written]).map(scalarText);
      if (values.length === 0) throw syntaxError();
      return parseCondition(operator, key, { values, variables });
    }),
  );
}

function scalarText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || typeof value === 'number') return String(value);
  throw syntaxError();
}

function stringList(json: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(json) ? json : [json];
  return list.map((each) => {
    if (typeof each !== 'string') throw syntaxError();
    return each;
  });
}

/** The members of an object, which may have no others than the allowed ones. */
function members(json: unknown, allowed?: ReadonlySet<string>): Members {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw syntaxError();
  const found = new Map<string, unknown>(Object.entries(json));
  if (allowed !== undefined && [...found.keys()].some((name) => !allowed.has(name))) throw syntaxError();
  return found;
}

function requireUniqueIds(statements: readonly Members[]): void {
  const ids = statements.flatMap((statement) => (statement.has('Sid') ? [statement.get('Sid')] : []));
  if (ids.some((id) => typeof id !== 'string')) throw syntaxError();
  const named = ids.filter((id) => id !== '');
  if (new Set(named).size < named.length) {
    throw malformed('Statement IDs (SID) in a single policy must be unique.');
  }
}

function syntaxError(): AwsFault {
  return malformed('Syntax errors in policy.');
}

function malformed(message: string): AwsFault {
  return new AwsFault('MalformedPolicyDocument', message);
}
