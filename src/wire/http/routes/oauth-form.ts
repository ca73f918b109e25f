import { type OauthForm, oauthForm } from '../contract/auth.js';
import type { ClientCredentials } from '../contract/http-services.js';
import { OauthError } from './oauth-error.js';

/** The form of a token request. Throws OauthError: RFC 6749 wants no parameter twice, and takes an empty one for none. */
export function readOauthForm(body: unknown): OauthForm {
  const values = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(typeof body === 'string' ? body : '')) {
    if (values.has(name)) throw new OauthError('invalid_request', `${visible(name)} is given twice`);
    values.set(name, value);
  }
  const given = Object.fromEntries([...values].filter(([, value]) => value !== ''));
  const grantType = given['grant_type'];
  if (grantType === undefined) throw new OauthError('invalid_request', 'grant_type is missing');
  const checked = oauthForm.safeParse(given);
  if (checked.success) return checked.data;
  const fields = checked.error.issues.map(({ path }) => path.join('.'));
  if (fields.includes('grant_type')) {
    throw new OauthError('unsupported_grant_type', 'grant_type is client_credentials or refresh_token');
  }
  throw new OauthError('invalid_request', `${fields.join(', ')}: not as it should be`);
}

/** What stands in a header `Basic`: id and secret are encoded as in forms (RFC 6749, 2.3.1). Throws OauthError. */
export function basicCredentials(header: string | undefined): ClientCredentials | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/_=-]+) *$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) {
    if (header === undefined) return undefined;
    throw new OauthError('invalid_client', 'the header Authorization is not of the form Basic', 401);
  }
  const [id, ...secret] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  const credentials = { clientId: formDecoded(id ?? ''), clientSecret: formDecoded(secret.join(':')) };
  if (credentials.clientId === '' || credentials.clientSecret === '') {
    throw new OauthError('invalid_client', 'the header Authorization has no client id and secret', 401);
  }
  return credentials;
}

/** What is not encoded as in forms is taken as it is: many clients leave that out. */
function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

function visible(name: string): string {
  return /^\w{1,40}$/.test(name) ? name : 'a parameter';
}
