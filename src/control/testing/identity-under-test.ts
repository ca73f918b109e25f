import { createIdentity, type Identity } from '../../identity/create-identity.js';
import type { AuditEvent, AuditTrail } from '../audit/audit-event.js';
import { identityRepositories } from '../store/identity-repositories.js';
import { createSealer } from '../store/seal.js';
import type { Store } from '../store/store.js';

export const ISSUER = 'https://headgate.test';
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** A clock that stands still unless it is set forward. */
export interface TestClock {
  readonly now: () => number;
  advance(ms: number): void;
}

export function testClock(start = Date.UTC(2026, 0, 15, 12)): TestClock {
  let time = start;
  return {
    now: () => time,
    advance(ms) {
      time += ms;
    },
  };
}

/** Identity over a store, as each gateway of the store has it. */
export function openTestIdentity(store: Store, clock: TestClock, issuer = ISSUER): Promise<Identity> {
  const sealer = createSealer([Buffer.alloc(32, 7)]);
  return createIdentity({ repositories: identityRepositories(store, sealer), issuer: () => issuer, now: clock.now });
}

/** Removes all principals, groups, tokens, grants, limits and keys. */
export async function emptyStore(store: Store): Promise<void> {
  const tables = ['principals', 'groups', 'signing_keys', 'sign_in_failures'].map((name) => `headgate.${name}`);
  await store.execute(`truncate ${tables.join(', ')} cascade`);
  await store.announce('everything');
}

/** A trail that keeps what is recorded; `fail` makes it refuse from then on. */
export interface MemoryTrail extends AuditTrail {
  readonly events: AuditEvent[];
  fail(error: Error | undefined): void;
}

export function memoryTrail(): MemoryTrail {
  const events: AuditEvent[] = [];
  let failure: Error | undefined;
  return {
    events,
    fail(error) {
      failure = error;
    },
    async record(event) {
      if (failure !== undefined) throw failure;
      events.push(event);
    },
  };
}
