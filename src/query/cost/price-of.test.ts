import { describe, expect, it } from 'vitest';
import { catalogTable, tableReference } from '../testing/catalog-table.js';
import { dollarsOf, priceWarnings, regionOf, standInRegion } from './price-of.js';

const { description } = catalogTable();
const inRegion = (region: string, account = '123456789012') => ({
  ...description,
  arn: `arn:aws:dynamodb:${region}:${account}:table/t`,
});

describe('dollarsOf', () => {
  it('is the price of read requests on demand, 12.5 cents for a million in us-east-1', () => {
    expect(dollarsOf(1e6)).toBe(0.125);
    expect(dollarsOf(1e6, inRegion('us-east-1'))).toBe(0.125);
  });

  it('is a quarter more in the class for infrequent access', () => {
    expect(dollarsOf(1e6, { ...description, tableClass: 'STANDARD_INFREQUENT_ACCESS' })).toBe(0.15625);
  });

  it('is the price of the capacity that is used up on a provisioned table', () => {
    const provisioned = { mode: 'provisioned', readUnits: 10, writeUnits: 10 } as const;
    expect(dollarsOf(3600, { ...description, billing: provisioned })).toBeCloseTo(0.00013);
  });

  it('is that of us-east-1 where no prices are known', () => {
    expect(dollarsOf(1e6, inRegion('eu-west-1'))).toBe(0.125);
  });
});

describe('the region', () => {
  it('is that of the ARN, and none for what serves DynamoDB locally', () => {
    expect(regionOf(inRegion('ap-southeast-2'))).toBe('ap-southeast-2');
    expect(regionOf(inRegion('us-gov-west-1'))).toBe('us-gov-west-1');
    expect(regionOf(inRegion('ddblocal'))).toBeUndefined();
    expect(regionOf(inRegion('us-east-1', '000000000000'))).toBeUndefined();
    expect(regionOf(description)).toBeUndefined();
  });

  it('whose prices stand in is told, unless they are its own', () => {
    expect(standInRegion(inRegion('us-east-1'))).toBeUndefined();
    expect(standInRegion(inRegion('eu-west-1'))).toBe('us-east-1');
    expect(standInRegion(inRegion('ddblocal'))).toBe('us-east-1');
  });

  it('is warned of once where no prices are known, and not outside AWS', () => {
    const reference = (region: string) => tableReference({ ...catalogTable(), description: inRegion(region) });
    expect(priceWarnings(['us-east-1', 'eu-west-1', 'ddblocal', 'eu-west-1'].map(reference))).toEqual([
      'no prices are known for eu-west-1: dollars are those of us-east-1 as of 2026-08',
    ]);
  });
});
