import { describe, expect, it } from 'vitest';
import { type AccessCode, OPERATION_CLASSES, type OperationClass } from './access-code.js';
import { decide, decideAll } from './decide.js';
import { SCOPES } from './principal.js';
import { makeGrants, makePrincipal } from './testing/make-access.js';
import { grantedClasses } from './weigh-grants.js';

const ann = makePrincipal();
const flights = { schema: 'demo', table: 'flights' };

/** As the documentation has it: a column for each class, in order. */
const MATRIX: Readonly<Record<AccessCode, string>> = {
  R: 'yes yes - - - -',
  W: '- - yes yes yes -',
  RW: 'yes yes yes yes yes -',
  RA: 'yes yes yes - - -',
  RWA: 'yes yes yes yes - -',
  A: 'yes yes yes yes yes yes',
  none: '- - - - - -',
};

const cells = Object.entries(MATRIX).flatMap(([code, row]) =>
  row.split(' ').map((cell, index) => ({ code, oneClass: OPERATION_CLASSES[index] ?? 'ddl', verdict: cell === 'yes' })),
);

describe('the code matrix', () => {
  it('has a cell for every code and class', () => {
    expect(cells).toHaveLength(7 * 6);
  });

  for (const object of ['demo', 'demo.flights']) {
    it.each(cells)(`says $verdict to $oneClass with $code on ${object}`, ({ code, oneClass, verdict }) => {
      const grants = makeGrants(`ann ${code} ${object}`);
      const decision = decide(ann, { ...flights, classes: [oneClass] }, grants);
      expect(decision).toEqual(
        verdict
          ? { allowed: true, grants }
          : { allowed: false, missing: [oneClass], isVisible: code !== 'none', grant: grants[0] },
      );
    });
  }
});

describe('what is not granted', () => {
  const refusedBlindly = (...classes: OperationClass[]) => ({ allowed: false, missing: classes, isVisible: false });

  it('is denied, and leaves the table out of sight', () => {
    expect(decide(ann, { ...flights, classes: ['select'] }, [])).toEqual(refusedBlindly('select'));
  });

  it.each([
    ['another principal', 'bob A demo'],
    ['a group one is no member of', '@strangers A demo'],
    ['a group with the id of the principal', '@ann A demo'],
    ['a principal with the id of a group', 'staff A demo'],
    ['another schema', 'ann A other'],
    ['a schema whose name begins alike', 'ann A dem'],
    ['another table', 'ann A demo.airports'],
    ['a table that differs in case', 'ann A demo.Flights'],
    ['a table called *, which is no pattern', 'ann A demo.*'],
  ])('does not come from a grant for %s', (_, grant) => {
    expect(decide(ann, { ...flights, classes: ['select'] }, makeGrants(grant))).toEqual(refusedBlindly('select'));
  });

  it('does not come from scopes or from being an administrator', () => {
    const admin = makePrincipal({ kind: 'user', isAdmin: true, scopes: new Set(SCOPES) });
    expect(decide(admin, { ...flights, classes: ['explain'] }, [])).toEqual(refusedBlindly('explain'));
  });

  it('includes nothing at all, even where everything is granted', () => {
    expect(decide(ann, { ...flights, classes: [] }, makeGrants('ann A demo'))).toMatchObject({
      allowed: false,
      missing: [],
      isVisible: true,
    });
  });

  it('does not come, for a schema as such, from a grant on one of its tables', () => {
    expect(decide(ann, { schema: 'demo', classes: ['select'] }, makeGrants('ann A demo.flights'))).toEqual({
      allowed: false,
      missing: ['select'],
      isVisible: true,
    });
  });
});

describe('several grants', () => {
  it.each<{ holds: string; grants: string[]; gives: string }>([
    {
      holds: 'a narrower grant on the table replaces the one on the schema',
      grants: ['ann RW demo', 'ann R demo.flights'],
      gives: 'R',
    },
    {
      holds: 'a wider grant on the table replaces the one on the schema',
      grants: ['ann R demo', 'ann RWA demo.flights'],
      gives: 'RWA',
    },
    {
      holds: 'a disjoint grant on the table replaces the one on the schema',
      grants: ['ann R demo', 'ann W demo.flights'],
      gives: 'W',
    },
    {
      holds: 'the order in which grants come does not count',
      grants: ['ann R demo.flights', 'ann RW demo'],
      gives: 'R',
    },
    {
      holds: 'a grant on another table replaces nothing here',
      grants: ['ann RW demo', 'ann R demo.airports'],
      gives: 'RW',
    },
    {
      holds: 'a group narrows its own share by its own grant on the table',
      grants: ['@staff RW demo', '@staff R demo.flights'],
      gives: 'R',
    },
    {
      holds: 'a group does not narrow the share of the principal',
      grants: ['ann RW demo', '@staff R demo.flights'],
      gives: 'RW',
    },
    {
      holds: 'the principal does not narrow the share of a group',
      grants: ['@staff RW demo', 'ann R demo.flights'],
      gives: 'RW',
    },
    { holds: 'own and group grants add up', grants: ['ann R demo', '@staff W demo'], gives: 'RW' },
    { holds: 'grants of two groups add up', grants: ['@staff RA demo', '@guests W demo.flights'], gives: 'RW' },
    { holds: 'two grants of one grantee on the schema add up', grants: ['ann R demo', 'ann W demo'], gives: 'RW' },
    {
      holds: 'two grants of one grantee on the table add up',
      grants: ['ann R demo.flights', 'ann W demo.flights'],
      gives: 'RW',
    },
    { holds: 'schemas match without regard to case', grants: ['ann R DEMO'], gives: 'R' },
  ])('$holds', ({ grants, gives }) => {
    expect(grantedClasses(ann, flights, makeGrants(...grants))).toEqual(allowedBy(gives));
  });

  it.each<{ holds: string; grants: string[]; gives: string }>([
    {
      holds: 'an own none on the table beats the own grant on the schema',
      grants: ['ann A demo', 'ann none demo.flights'],
      gives: 'none',
    },
    {
      holds: 'an own none on the table beats the own grant on the table',
      grants: ['ann A demo.flights', 'ann none demo.flights'],
      gives: 'none',
    },
    {
      holds: 'an own none on the table beats a group grant on the schema',
      grants: ['@staff A demo', 'ann none demo.flights'],
      gives: 'none',
    },
    {
      holds: 'an own none on the table beats a group grant on the table',
      grants: ['@staff A demo.flights', 'ann none demo.flights'],
      gives: 'none',
    },
    {
      holds: 'a group none on the table beats the own grant on the schema',
      grants: ['ann A demo', '@staff none demo.flights'],
      gives: 'none',
    },
    {
      holds: 'a group none on the table beats the own grant on the table',
      grants: ['ann A demo.flights', '@staff none demo.flights'],
      gives: 'none',
    },
    {
      holds: 'a group none on the table beats a grant of another group',
      grants: ['@guests A demo', '@staff none demo.flights'],
      gives: 'none',
    },
    {
      holds: 'a none on another table takes nothing here',
      grants: ['ann R demo', 'ann none demo.airports'],
      gives: 'R',
    },
    {
      holds: 'a none of a group one is no member of takes nothing',
      grants: ['ann R demo', '@strangers none demo.flights'],
      gives: 'R',
    },
    { holds: 'a none on another schema takes nothing', grants: ['ann R demo', 'ann none other'], gives: 'R' },
    {
      holds: 'an own none on the schema beats the own grant on the schema',
      grants: ['ann A demo', 'ann none demo'],
      gives: 'none',
    },
    {
      holds: 'an own none on the schema beats a group grant on the schema',
      grants: ['@staff A demo', 'ann none demo'],
      gives: 'none',
    },
    {
      holds: 'a group none on the schema beats the own grant on the schema',
      grants: ['ann A demo', '@staff none demo'],
      gives: 'none',
    },
    {
      holds: 'a grant on the table survives an own none on the schema',
      grants: ['ann none demo', 'ann R demo.flights'],
      gives: 'R',
    },
    {
      holds: 'a grant on the table survives a group none on the schema',
      grants: ['@staff none demo', 'ann R demo.flights'],
      gives: 'R',
    },
    {
      holds: 'a group grant on the table survives an own none on the schema',
      grants: ['ann none demo', '@staff R demo.flights'],
      gives: 'R',
    },
    {
      holds: 'a grant on the table does not lift the none on the schema for others',
      grants: ['@staff none demo', '@staff R demo.flights', 'ann A demo'],
      gives: 'R',
    },
    {
      holds: 'a none written in another case of the schema counts',
      grants: ['ann A demo', 'ann none DEMO.flights'],
      gives: 'none',
    },
  ])('$holds', ({ grants, gives }) => {
    expect(grantedClasses(ann, flights, makeGrants(...grants))).toEqual(allowedBy(gives));
  });

  it('decide together where no single one is enough', () => {
    const grants = makeGrants('ann RA demo', '@staff W demo', '@guests R demo');
    const decision = decide(ann, { ...flights, classes: ['select', 'insert', 'delete'] }, grants);
    expect(decision).toEqual({ allowed: true, grants: [grants[0], grants[1]] });
  });

  it('name the single one that is enough where there is one', () => {
    const grants = makeGrants('ann R demo', '@staff RW demo');
    expect(decide(ann, { ...flights, classes: ['select', 'delete'] }, grants)).toEqual({
      allowed: true,
      grants: [grants[1]],
    });
  });

  it('name, in a refusal, the one that gives most of what was asked', () => {
    const grants = makeGrants('ann R demo', '@staff RA demo');
    expect(decide(ann, { ...flights, classes: ['insert', 'update'] }, grants)).toEqual({
      allowed: false,
      missing: ['update'],
      grant: grants[1],
      isVisible: true,
    });
  });

  it('name, in a refusal, the none that takes everything away', () => {
    const grants = makeGrants('ann A demo', '@staff none demo.flights');
    expect(decide(ann, { ...flights, classes: ['select'] }, grants)).toEqual({
      allowed: false,
      missing: ['select'],
      grant: grants[1],
      isVisible: false,
    });
  });
});

describe('all requests of one call', () => {
  const grants = makeGrants('ann R demo', 'ann RA demo.airports', 'ann none demo.salaries');
  const request = (table: string, ...classes: OperationClass[]) => ({ schema: 'demo', table, classes });

  it('are allowed together, with each deciding grant once', () => {
    const requests = [request('flights', 'select'), request('carriers', 'select'), request('airports', 'insert')];
    expect(decideAll(ann, requests, grants)).toEqual({ allowed: true, grants: [grants[0], grants[1]] });
  });

  it('are refused when one is, and every refusal is told', () => {
    const allowed = request('flights', 'select');
    const lacking = request('flights', 'delete');
    const hidden = request('salaries', 'select');
    expect(decideAll(ann, [allowed, lacking, hidden], grants)).toEqual({
      allowed: false,
      refusals: [
        { request: lacking, decision: { allowed: false, missing: ['delete'], grant: grants[0], isVisible: true } },
        { request: hidden, decision: { allowed: false, missing: ['select'], grant: grants[2], isVisible: false } },
      ],
    });
  });

  it('are allowed when there are none, as no table is touched', () => {
    expect(decideAll(ann, [], [])).toEqual({ allowed: true, grants: [] });
  });
});

function allowedBy(code: string): readonly OperationClass[] {
  const row = Object.entries(MATRIX).find(([known]) => known === code)?.[1] ?? '';
  return OPERATION_CLASSES.filter((_, index) => row.split(' ')[index] === 'yes');
}
