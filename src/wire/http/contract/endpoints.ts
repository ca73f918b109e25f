import * as admin from './admin.js';
import * as auth from './auth.js';
import * as catalog from './catalog.js';
import type { Endpoint } from './endpoint.js';
import * as query from './query.js';
import * as usage from './usage.js';

/** Every call that answers in the envelope, one subject after the other. */
export const ENDPOINTS: readonly Endpoint[] = [auth, query, catalog, usage, admin].flatMap((module) =>
  Object.values<unknown>(module).filter(isEndpoint),
);

function isEndpoint(value: unknown): value is Endpoint {
  return typeof value === 'object' && value !== null && 'path' in value && 'scope' in value && 'data' in value;
}
