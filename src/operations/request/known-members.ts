import { nearest } from '../../base/nearest.js';
import { invalid } from '../refuse.js';
import type { JsonObject } from './json-value.js';
import { REFUSED_MEMBERS } from './verb-members.js';

/** Throws REQUEST_INVALID when the object has a member that is not known; `at` is its path, empty for the request itself. */
export function checkMembers(object: JsonObject, known: ReadonlySet<string>, at: string): void {
  for (const name of Object.keys(object)) {
    if (known.has(name)) continue;
    const path = at === '' ? name : `${at}.${name}`;
    const reason = REFUSED_MEMBERS.get(name);
    if (reason !== undefined) throw invalid(path, `Headgate does not pass this on: ${reason}`);
    const close = nearest(name, [...known]);
    throw invalid(
      path,
      'this member is not known, so it is not passed on',
      close === undefined ? undefined : `Did you mean ${close}?`,
    );
  }
}
