import { describe, expect, it } from 'vitest';
import { makeGrants, makePrincipal } from './testing/make-access.js';
import { isVisible, visibleTables } from './visible.js';

const ann = makePrincipal();
const tables = ['salaries', 'flights', 'Flights', 'airports'];
const seen = (...grants: string[]) => visibleTables(ann, { schema: 'demo', tables }, makeGrants(...grants));

describe('the tables that a principal sees', () => {
  it('are none without a grant', () => {
    expect(seen()).toEqual([]);
    expect(seen('bob A demo', 'ann A other')).toEqual([]);
  });

  it('are all of a schema with a grant, in their order', () => {
    expect(seen('ann R demo')).toEqual(tables);
  });

  it('are those with a grant of their own, by their exact names', () => {
    expect(seen('ann R demo.flights', '@staff RA demo.airports')).toEqual(['flights', 'airports']);
  });

  it('are those that may be written, though not read', () => {
    expect(seen('ann W demo.flights')).toEqual(['flights']);
  });

  it('are not those that a none takes away', () => {
    expect(seen('ann R demo', '@staff none demo.salaries')).toEqual(['flights', 'Flights', 'airports']);
    expect(seen('ann none demo', '@staff R demo', 'ann R demo.flights')).toEqual(['flights']);
  });

  it('look the same whether a table is hidden or missing', () => {
    const grants = makeGrants('ann R demo.flights', 'ann none demo.salaries');
    expect(isVisible(ann, { schema: 'demo', table: 'salaries' }, grants)).toBe(false);
    expect(isVisible(ann, { schema: 'demo', table: 'no such table' }, grants)).toBe(false);
  });
});

describe('a schema', () => {
  const isSeen = (...grants: string[]) => isVisible(ann, { schema: 'demo' }, makeGrants(...grants));

  it('is seen by whoever has a class on it or on one of its tables', () => {
    expect(isSeen('ann R Demo')).toBe(true);
    expect(isSeen('@staff W demo.flights')).toBe(true);
    expect(isSeen('ann none demo', '@staff R demo.flights')).toBe(true);
  });

  it('is not seen by anybody else', () => {
    expect(isSeen()).toBe(false);
    expect(isSeen('bob A demo', 'ann A other.flights', '@strangers R demo.flights')).toBe(false);
    expect(isSeen('ann none demo', '@staff R demo')).toBe(false);
    expect(isSeen('ann R demo.flights', '@staff none demo.flights')).toBe(false);
  });
});
