import * as accessKeys from './access-keys.js';
import * as accounts from './accounts.js';
import * as auth from './auth.js';
import * as catalog from './catalog.js';
import type { Endpoint } from './endpoint.js';
import * as grants from './grants.js';
import * as operations from './operations.js';
import * as query from './query.js';
import * as schemas from './schemas.js';
import * as usage from './usage.js';

/** Every call that answers in the envelope by its name, one subject after the other. */
export const ENDPOINTS: Readonly<Record<string, Endpoint>> = Object.fromEntries(
  [auth, query, operations, catalog, schemas, usage, accounts, grants, accessKeys].flatMap((module) =>
    Object.entries<unknown>(module).flatMap(([name, value]) => (isEndpoint(value) ? [[name, value]] : [])),
  ),
);

function isEndpoint(value: unknown): value is Endpoint {
  return typeof value === 'object' && value !== null && 'path' in value && 'scope' in value && 'data' in value;
}
