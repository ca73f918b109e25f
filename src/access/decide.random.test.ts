import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OPERATION_CLASSES, type OperationClass } from './access-code.js';
import { decide, decideAll } from './decide.js';
import type { Grant } from './grant.js';
import type { Principal } from './principal.js';
import { makePrincipal } from './testing/make-access.js';
import { visibleTables } from './visible.js';

const RUNS = { numRuns: 2_000 };
// Names of members of every object, and names that differ in case: few, so that grants meet.
const TABLES = ['flights', 'Flights', 'constructor'];
// One has the id of a principal, which must not make it the same grantee.
const GROUPS = ['staff', 'guests', 'ann'];

const anyPrincipal: fc.Arbitrary<Principal> = fc
  .record({
    id: fc.constantFrom('ann', 'bob'),
    groups: fc.subarray(GROUPS),
    isAdmin: fc.boolean(),
  })
  .map(makePrincipal);

const anyGrantee = fc.constantFrom<Grant['grantee']>(
  { kind: 'principal', id: 'ann' },
  { kind: 'principal', id: 'bob' },
  ...GROUPS.map((id) => ({ kind: 'group' as const, id })),
);

const anyGrant: fc.Arbitrary<Grant> = fc.record(
  {
    id: fc.uuid(),
    grantee: anyGrantee,
    schema: fc.constantFrom('demo', 'Demo', 'other'),
    table: fc.constantFrom(...TABLES),
    code: fc.constantFrom('R', 'W', 'RW', 'RA', 'RWA', 'A', 'none'),
    source: fc.constantFrom('file', 'store'),
  },
  { requiredKeys: ['id', 'grantee', 'schema', 'code', 'source'] },
);

const anyGrants = fc.array(anyGrant, { maxLength: 10 });

const anyRequest = fc.record(
  {
    schema: fc.constantFrom('demo', 'DEMO', 'other'),
    table: fc.constantFrom(...TABLES),
    classes: fc.subarray([...OPERATION_CLASSES], { minLength: 1 }),
  },
  { requiredKeys: ['schema', 'classes'] },
);

type Target = { readonly schema: string; readonly table?: string };

/** The rules once more, said as a formula: some grant gives the class, and no grant speaks against that one. */
function mayByModel(who: Principal, what: Target, one: OperationClass, grants: readonly Grant[]): boolean {
  const letters = { R: 'se', W: 'iud', RW: 'seiud', RA: 'sei', RWA: 'seiu', A: 'seiudD', none: '' };
  const letter = { select: 's', explain: 'e', insert: 'i', update: 'u', delete: 'd', ddl: 'D' }[one];
  const mine = grants.filter(
    (g) =>
      [`principal ${who.id}`, ...who.groups.map((id) => `group ${id}`)].includes(`${g.grantee.kind} ${g.grantee.id}`) &&
      g.schema.toUpperCase() === what.schema.toUpperCase(),
  );
  const byTable = mine.filter((g) => g.table !== undefined && g.table === what.table);
  const bySchema = mine.filter((g) => g.table === undefined);
  if (byTable.some((g) => g.code === 'none')) return false;
  if (byTable.some((g) => letters[g.code].includes(letter))) return true;
  if (bySchema.some((g) => g.code === 'none')) return false;
  return bySchema.some(
    (g) =>
      letters[g.code].includes(letter) &&
      !byTable.some((t) => t.grantee.id === g.grantee.id && t.grantee.kind === g.grantee.kind),
  );
}

function allows(who: Principal, what: Target, one: OperationClass, grants: readonly Grant[]): boolean {
  return decide(who, { ...what, classes: [one] }, grants).allowed;
}

describe('random principals, groups, grants and calls', () => {
  it('are decided as the model decides, with grants that really give the classes', () => {
    let allowedCount = 0;
    fc.assert(
      fc.property(anyPrincipal, anyRequest, anyGrants, (who, request, grants) => {
        const decision = decide(who, request, grants);
        const lacking = OPERATION_CLASSES.filter(
          (one) => request.classes.includes(one) && !mayByModel(who, request, one, grants),
        );
        expect(decision.allowed ? [] : decision.missing).toEqual(lacking);
        expect(decision.allowed).toBe(lacking.length === 0);
        if (!decision.allowed) return;
        allowedCount += 1;
        for (const one of request.classes) expect(allows(who, request, one, decision.grants)).toBe(true);
      }),
      RUNS,
    );
    // Else the property would say little.
    expect(allowedCount).toBeGreaterThan(RUNS.numRuns / 20);
  });

  it('see the tables, and only those, where the model gives them any class', () => {
    fc.assert(
      fc.property(anyPrincipal, anyRequest, anyGrants, (who, { schema }, grants) => {
        const seen = TABLES.filter((table) =>
          OPERATION_CLASSES.some((one) => mayByModel(who, { schema, table }, one, grants)),
        );
        expect(visibleTables(who, { schema, tables: TABLES }, grants)).toEqual(seen);
        for (const table of TABLES) {
          const decision = decide(who, { schema, table, classes: ['ddl'] }, grants);
          if (!decision.allowed) expect(decision.isVisible).toBe(seen.includes(table));
        }
      }),
      RUNS,
    );
  });

  it('are allowed several requests at once exactly when each one is allowed', () => {
    fc.assert(
      fc.property(anyPrincipal, fc.array(anyRequest, { maxLength: 4 }), anyGrants, (who, requests, grants) => {
        const refused = requests.filter((request) => !decide(who, request, grants).allowed);
        const joint = decideAll(who, requests, grants);
        expect(joint.allowed ? [] : joint.refusals.map(({ request }) => request)).toEqual(refused);
      }),
      RUNS,
    );
  });
});

describe('laws of adding a grant', () => {
  const eachClass = (check: (one: OperationClass) => void) => OPERATION_CLASSES.forEach(check);
  const anyCase = fc.record({ who: anyPrincipal, request: anyRequest, grants: anyGrants, added: anyGrant });

  it('a none never allows more', () => {
    fc.assert(
      fc.property(anyCase, ({ who, request, grants, added }) => {
        const after = [...grants, { ...added, code: 'none' as const }];
        eachClass((one) => {
          if (allows(who, request, one, after)) expect(allows(who, request, one, grants)).toBe(true);
        });
      }),
      RUNS,
    );
  });

  it('any grant allows at most the classes of its own code in addition', () => {
    fc.assert(
      fc.property(anyCase, ({ who, request, grants, added }) => {
        eachClass((one) => {
          if (!allows(who, request, one, [...grants, added]) || allows(who, request, one, grants)) return;
          expect(allows(who, request, one, [added])).toBe(true);
        });
      }),
      RUNS,
    );
  });

  it('any other than none allows no less, except what its own grantee has there by schema', () => {
    fc.assert(
      fc.property(anyCase, ({ who, request, grants, added }) => {
        if (added.code === 'none') return;
        const { kind, id } = added.grantee;
        const isReplaced = (grant: Grant) =>
          added.table !== undefined &&
          grant.table === undefined &&
          grant.code !== 'none' &&
          grant.grantee.kind === kind &&
          grant.grantee.id === id;
        const untouched = grants.filter((grant) => !isReplaced(grant));
        eachClass((one) => {
          if (allows(who, request, one, untouched)) {
            expect(allows(who, request, one, [...grants, added])).toBe(true);
          }
        });
      }),
      RUNS,
    );
  });

  it('a grant to strangers, or somewhere else, changes nothing', () => {
    fc.assert(
      fc.property(anyCase, ({ who, request, grants, added }) => {
        const toStrangers: Grant = { ...added, grantee: { kind: 'group', id: 'strangers' } };
        const elsewhere: Grant = { ...added, schema: 'elsewhere' };
        expect(decide(who, request, [...grants, toStrangers, elsewhere])).toEqual(decide(who, request, grants));
      }),
      RUNS,
    );
  });

  it('the order of grants changes nothing', () => {
    fc.assert(
      fc.property(anyCase, ({ who, request, grants }) => {
        eachClass((one) =>
          expect(allows(who, request, one, grants.toReversed())).toBe(allows(who, request, one, grants)),
        );
      }),
      RUNS,
    );
  });
});
