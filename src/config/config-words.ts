import { ACCESS_CODES, type AccessCode } from '../access/access-code.js';
import { checkPrincipalArn, type NameCheck } from '../aws/names.js';
import { nearest } from '../base/nearest.js';
import { DECLARED_TYPES, parseDeclaredType } from '../catalog/declared-type.js';
import type { EndpointConfig, Grantee } from './headgate-config.js';

/** What a text of the file means, or what is wrong with it. */
export type Reading<T> =
  | { readonly kind: 'value'; readonly value: T }
  | { readonly kind: 'problem'; readonly problem: string };

// These belong to SQL itself, so a schema of that name could not be reached.
const RESERVED_SCHEMAS = ['information_schema', 'main', 'pg_catalog', 'system', 'temp'];

/** A name that SQL can say without quotes. */
export function readSchemaName(name: string): Reading<string> {
  if (RESERVED_SCHEMAS.includes(name.toLowerCase())) return bad(`the schema name "${name}" belongs to SQL itself`);
  const plain = name.replaceAll(/[^A-Za-z0-9_]/g, '_').replace(/^(?![A-Za-z_])/, 's');
  if (plain === name) return good(name);
  return bad(`bad schema name "${name}": use letters, digits and underscores, for example "${plain}"`);
}

/** `embedded` or a http(s) URL; an empty text, which an unset variable can leave, means AWS. */
export function readEndpoint(text: string): Reading<EndpointConfig> {
  if (text === '') return good({ kind: 'aws' });
  if (text === 'embedded') return good({ kind: 'embedded' });
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return good({ kind: 'url', url: text });
  const advice = didYouMean(text, ['embedded']) ?? ': use embedded or a http(s) URL, or leave the key out for AWS';
  return bad(`bad endpoint "${text}"${advice}`);
}

/** A URL of this machine: anything else would hand the credentials of roles to somebody else. */
export function readStsEndpoint(text: string): Reading<string> {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && isLoopback(text)) return good(text);
  return bad(`bad stsEndpoint "${text}": use a http(s) URL of this machine, or leave the key out for AWS`);
}

/** Whether the URL is of this machine. */
export function isLoopback(url: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
}

/** A role by its ARN, or by account and name, which the region of the schema makes an ARN of. */
export type WrittenRole = string | { readonly account: string; readonly name: string };

/** The ARN of a role. */
export function readRole(text: string): Reading<WrittenRole> {
  if (checkPrincipalArn(text) === undefined && text.includes(':role/')) return good(text);
  return bad(
    `bad role "${text}": use an ARN such as arn:aws:iam::123456789012:role/HeadgateReadRole, or { account, name }`,
  );
}

/** The text, where the check finds nothing wrong with it. */
export function readBy(check: NameCheck, text: string): Reading<string> {
  const found = check(text);
  return found === undefined ? good(text) : bad(found.problem);
}

/** One of the access codes, in its own case. */
export function readAccessCode(text: string): Reading<AccessCode> {
  const code = ACCESS_CODES.find((known) => known === text);
  if (code !== undefined) return good(code);
  const list = ACCESS_CODES.join(', ').replace(/, (?=\w+$)/, ' or ');
  return bad(`bad access code "${text}"${didYouMean(text, ACCESS_CODES) ?? `: use ${list}`}`);
}

/** `local`, or `client:`, `user:` or `group:` and a name. */
export function readGrantee(text: string): Reading<Grantee> {
  if (text === 'local') return good({ kind: 'local' });
  const [, kind, name] = /^([^:]+):(.+)$/.exec(text) ?? [];
  if (kind === undefined) {
    return bad(`bad grantee "${text}"${didYouMean(text, ['local']) ?? GRANTEE_FORMS}`);
  }
  if (kind === 'client' || kind === 'user' || kind === 'group') return good({ kind, name: name ?? '' });
  const near = nearest(kind, ['client', 'user', 'group']);
  return bad(`bad grantee "${text}"${near === undefined ? GRANTEE_FORMS : `, did you mean "${near}:${name}"?`}`);
}

const GRANTEE_FORMS = ': use local, client:name, user:name or group:name';

/** A declared column type, kept as it is written. */
export function readColumnType(text: string): Reading<string> {
  if (parseDeclaredType(text) !== undefined) return good(text);
  return bad(`bad column type "${text}"${didYouMean(text, DECLARED_TYPES.split(', ')) ?? `: use ${DECLARED_TYPES}`}`);
}

/** A number above zero, or its text. */
export function readUnits(value: unknown): Reading<number> {
  const units = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof units === 'number' && units > 0 && Number.isFinite(units)) return good(units);
  return bad(`bad value "${String(value)}": use a number above 0`);
}

/** What `parse` makes of the value's text; `form` says what it accepts. */
export function readQuantity(
  written: unknown,
  parse: (text: string) => number | undefined,
  form: string,
): Reading<number> {
  const value = parse(String(written));
  return value === undefined ? bad(`bad value "${String(written)}": use ${form}`) : good(value);
}

/** `, did you mean "x"?`; undefined when no candidate is near. */
export function didYouMean(text: string, candidates: Iterable<string>): string | undefined {
  const near = nearest(text, candidates);
  return near === undefined ? undefined : `, did you mean "${near}"?`;
}

function good<T>(value: T): Reading<T> {
  return { kind: 'value', value };
}

function bad(problem: string): Reading<never> {
  return { kind: 'problem', problem };
}
