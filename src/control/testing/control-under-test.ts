import type { Grant } from '../../access/grant.js';
import type { Principal } from '../../access/principal.js';
import type { Identity } from '../../identity/create-identity.js';
import type { AdminService, Caller, TokenService } from '../../wire/http/contract/http-services.js';
import { createAdminService } from '../admin/create-admin-service.js';
import type { Recording } from '../admin/record-act.js';
import { createTokenService } from '../admin/token-service.js';
import { type GrantBook, openGrantBook } from '../grants/grant-book.js';
import { type LimitBook, openLimitBook } from '../limits/limit-book.js';
import { grantRepository } from '../store/grant-repository.js';
import { limitRepository } from '../store/limit-repository.js';
import type { Store } from '../store/store.js';
import { ISSUER, type MemoryTrail, memoryTrail, openTestIdentity, type TestClock } from './identity-under-test.js';

/** What one gateway joins for its HTTP server, over a store, with audit in memory. */
export interface TestControl {
  readonly identity: Identity;
  readonly book: GrantBook;
  readonly limits: LimitBook;
  readonly trail: MemoryTrail;
  readonly recording: Recording;
  readonly admin: AdminService;
  readonly tokens: TokenService;
  close(): void;
}

export async function openTestControl(
  store: Store,
  clock: TestClock,
  fileGrants: readonly Grant[] | undefined = [],
): Promise<TestControl> {
  const schemas = () => ['demo', 'Shop'];
  const identity = await openTestIdentity(store, clock);
  const repositories = { grants: grantRepository(store), limits: limitRepository(store) };
  const book = await openGrantBook({ repository: repositories.grants, fileGrants, schemas });
  const limits = openLimitBook(repositories.limits);
  const trail = memoryTrail();
  const recording: Recording = { trail, frontEnd: 'http', now: clock.now };
  return {
    identity,
    book,
    limits,
    trail,
    recording,
    admin: createAdminService({
      identity,
      grants: { book, repository: repositories.grants },
      limits: { book: limits, repository: repositories.limits },
      schemas,
      recording,
    }),
    tokens: createTokenService({ identity, issuer: () => ISSUER, recording }),
    close() {
      book.close();
      limits.close();
      identity.close();
    },
  };
}

export function callerOf(principal: Principal, requestId = 'r1'): Caller {
  return { principal, requestId, address: '192.0.2.1' };
}
