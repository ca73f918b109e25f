import { describe, expect, it } from 'vitest';
import { OPERATION_CLASSES } from './access-code.js';
import { decide } from './decide.js';
import { defaultGrants } from './grant.js';
import { LOCAL_ID } from './principal.js';
import { makeGrant, makePrincipal } from './testing/make-access.js';
import { grantedClasses } from './weigh-grants.js';

const local = makePrincipal({ kind: 'local', id: LOCAL_ID, name: 'local', groups: [] });
const flights = { schema: 'demo', table: 'flights' };
const schemas = ['demo', 'prod'];

describe('the operator at the command line', () => {
  it('may read every schema, and nothing else, where headgate.yaml has no grants', () => {
    const grants = defaultGrants({ fileHasGrants: false, schemas });
    expect(grantedClasses(local, flights, grants)).toEqual(['select', 'explain']);
    expect(grantedClasses(local, { schema: 'prod' }, grants)).toEqual(['select', 'explain']);
    expect(grantedClasses(local, { schema: 'unknown' }, grants)).toEqual([]);
  });

  it('may do nothing where headgate.yaml grants only to others', () => {
    const grants = [...defaultGrants({ fileHasGrants: true, schemas }), makeGrant('ann A demo')];
    expect(decide(local, { ...flights, classes: ['select'] }, grants)).toMatchObject({ allowed: false });
  });

  it('may do what headgate.yaml grants to it', () => {
    const grants = [...defaultGrants({ fileHasGrants: true, schemas }), makeGrant('local A demo')];
    expect(grantedClasses(local, flights, grants)).toEqual(OPERATION_CLASSES);
  });
});

it('The default of the command line gives nothing to anybody else', () => {
  const grants = defaultGrants({ fileHasGrants: false, schemas });
  expect(grantedClasses(makePrincipal({ isAdmin: true, groups: [LOCAL_ID] }), flights, grants)).toEqual([]);
});
