import { describe, expect, it } from 'vitest';
import type { OperationClass } from './access-code.js';
import { decide } from './decide.js';
import { explainDecision } from './explain-decision.js';
import { defaultGrants } from './grant.js';
import { makeGrants, makePrincipal } from './testing/make-access.js';

const ann = makePrincipal({ name: 'loader' });
const groupNames = new Map([['staff', 'Staff']]);

function explain(classes: readonly OperationClass[], ...grants: readonly string[]) {
  const request = { schema: 'demo', table: 'flights', classes };
  return explainDecision(ann, request, { grants: makeGrants(...grants), groupNames });
}

describe('the explanation in words', () => {
  it('names the grant that allows', () => {
    expect(explain(['select'], 'ann R demo').text).toBe(
      'client loader may select on demo.flights: its own grant R on schema demo gives it.',
    );
  });

  it('says what each of several grants gives', () => {
    expect(explain(['select', 'update'], 'ann R demo', '@staff W demo.flights').text).toBe(
      'client loader may select and update on demo.flights: the grant W on demo.flights of group Staff gives update and ' +
        'its own grant R on schema demo gives select.',
    );
  });

  it('says what is lacking and what is there', () => {
    expect(explain(['insert', 'update'], 'ann RA demo').text).toBe(
      'client loader may not insert and update on demo.flights: it lacks update there, and has only select, explain and ' +
        'insert; the nearest is its own grant RA on schema demo.',
    );
  });

  it('says when a more specific grant of the same grantee replaces another', () => {
    expect(explain(['delete'], 'ann RW demo', 'ann R demo.flights').text).toBe(
      'client loader may not delete on demo.flights: it lacks delete there, and has only select and explain; the nearest is ' +
        'its own grant R on demo.flights. Its own grant RW on schema demo does not count, because its own grant R on ' +
        'demo.flights is more specific.',
    );
  });

  it('names the none that takes a table away, and what that looks like', () => {
    expect(explain(['select'], 'ann R demo', '@staff none demo.flights').text).toBe(
      'client loader may not select on demo.flights: the grant none on demo.flights of group Staff takes it away. Its own ' +
        'grant R on schema demo does not count, because the grant none on demo.flights of group Staff takes it away. ' +
        'To the principal it looks as if it did not exist.',
    );
  });

  it('says when nothing is granted', () => {
    expect(explain(['select']).text).toBe(
      'client loader may not select on demo.flights: nothing is granted there. To the principal it looks as if it did not exist.',
    );
  });

  it('says when nothing was asked', () => {
    expect(explain([], 'ann R demo').text).toBe(
      'client loader may not do anything on demo.flights: the request asks for no class.',
    );
  });

  it('shows the id of a group whose name is not known', () => {
    expect(explain(['select'], '@guests R demo').text).toContain('of group guests gives it');
  });

  it('says what the command line may do by default', () => {
    const local = makePrincipal({ kind: 'local', id: 'local', name: 'local', groups: [] });
    const grants = defaultGrants({ fileHasGrants: false, schemas: ['demo'] });
    expect(explainDecision(local, { schema: 'demo', classes: ['select'] }, { grants }).text).toBe(
      'local may select on schema demo: the default R on schema demo, as headgate.yaml has no grants, gives it.',
    );
  });
});

describe('the explanation as data', () => {
  it('lists the grants in the order of consideration, with what each came to', () => {
    const { considered } = explain(
      ['select'],
      '@staff R demo',
      'ann A demo',
      'bob A demo',
      '@staff W demo.flights',
      'ann R demo.flights',
      'ann A demo.airports',
      '@guests none demo',
    );
    expect(considered.map(({ standing, grant }) => `${grant.id}: ${standing}`)).toEqual([
      'ann R demo.flights: gives',
      '@staff W demo.flights: gives',
      '@guests none demo: denies',
      'ann A demo: overruled',
      '@staff R demo: overruled',
    ]);
  });

  it('has the decision that is taken', () => {
    const request = { schema: 'demo', table: 'flights', classes: ['select'] as const };
    const grants = makeGrants('ann R demo', '@staff none demo.flights');
    expect(explainDecision(ann, request, { grants }).decision).toEqual(decide(ann, request, grants));
  });
});
