import { type Principal, SCOPES, type Scope } from '../../../access/principal.js';
import { HeadgateError } from '../../../base/errors/headgate-error.js';
import { type FakeStatement, fakeResult } from '../../../results/testing/fake-statement.js';
import type { AdminService, CatalogService, HttpServices, SchemaService } from '../contract/http-services.js';

export function principal(name: string, scopes: readonly Scope[] = SCOPES): Principal {
  return { kind: 'client', id: `id-of-${name}`, name, groups: [], scopes: new Set(scopes), isAdmin: false };
}

/** Principals by their tokens. `nobody` has no scope at all. */
export const PRINCIPALS: Readonly<Record<string, Principal>> = {
  ada: principal('ada'),
  bob: principal('bob'),
  nobody: principal('nobody', []),
};

/** Services that know `PRINCIPALS` and nothing else; a test gives those that it is about. */
export function fakeServices(parts: Partial<HttpServices> = {}): HttpServices {
  return {
    authenticate: async ({ bearer }) => {
      const found = PRINCIPALS[bearer ?? ''];
      if (found === undefined) throw new HeadgateError('UNAUTHENTICATED', 'the token is not valid');
      return found;
    },
    admit: async () => ({ admitted: true }),
    readiness: async () => [],
    tokens: {
      issuer: 'https://gateway.example',
      issue: unexpected,
      refresh: unexpected,
      signIn: unexpected,
      setUp: unexpected,
      signOut: unexpected,
      keys: async () => ({ keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'AAAA', kid: 'one' }] }),
    },
    statements: fakeStatements(),
    operations: allUnexpected<HttpServices['operations']>(),
    catalog: allUnexpected<CatalogService>(),
    schemas: allUnexpected<SchemaService>(),
    usage: { summary: unexpected },
    audit: { list: unexpected, verify: unexpected },
    admin: allUnexpected<AdminService>(),
    ...parts,
  };
}

/** Statements of which each gives the same rows. */
export function fakeStatements(
  statement: FakeStatement = { rows: 3 },
  parts: Partial<HttpServices['statements']> = {},
): HttpServices['statements'] {
  return {
    run: async () => fakeResult(statement).result,
    plan: async () => fakeResult(statement).result.plan,
    exportParquet: unexpected,
    authorizeKept: async () => undefined,
    ...parts,
  };
}

/** For catalogs and administration: what the test has not given is not to be called. */
export function allUnexpected<Service extends object>(parts: Partial<Service> = {}): Service {
  return new Proxy(parts, {
    get: (given, name) => Reflect.get(given, name) ?? unexpected,
    // Each method is there: the one given, or one that throws.
  }) as Service;
}

async function unexpected(): Promise<never> {
  throw new Error('the test did not expect this call');
}

/** A promise, and what fulfils it. */
export function signal(): { readonly given: Promise<void>; readonly give: () => void } {
  let give: () => void = () => undefined;
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give };
}
