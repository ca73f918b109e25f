import { describe, expect, it } from 'vitest';
import type { TableDescription } from '../../dynamodb/table-description.js';
import { ExpressionNames } from '../plan/conditions/expression-names.js';
import type { AccessPath } from '../plan/paths/access-path.js';
import type { Reference } from '../resolve/reference.js';
import { catalogTable, index, tableReference } from '../testing/catalog-table.js';
import { costOfPath, sumOfCosts } from './cost-of-path.js';

const common = {
  tableName: 't',
  projectionExpression: undefined,
  names: ExpressionNames.empty(),
  consistentRead: false,
};

function scan(segments = 1, of?: ReturnType<typeof index>): AccessPath {
  return { kind: 'scan', index: of, segments, filter: undefined, common };
}

const ARN = 'arn:aws:dynamodb:us-east-1:123456789012:table/t';

function described(description: Partial<TableDescription>): Reference {
  const table = catalogTable();
  return tableReference({ ...table, description: { ...table.description, arn: ARN, ...description } });
}

const ON_DEMAND = described({});

describe('costOfPath', () => {
  it('takes the time of the round trips and of the units: a partition gives 3000 units a second', () => {
    const { estimate } = costOfPath(scan(), { readUnits: 3000, requests: 24 }, ON_DEMAND);
    expect(estimate.seconds).toBeCloseTo(24 * 0.005 + 1);
    const four = costOfPath(scan(4), { readUnits: 3000, requests: 24 }, ON_DEMAND);
    expect(four.estimate.seconds).toBeCloseTo(6 * 0.005 + 0.25);
  });

  it('is no faster than the table: provisioned units, the cap, warm throughput, or that of a new table', () => {
    const seconds = (reference: Reference) =>
      Math.round(costOfPath(scan(100), { readUnits: 120_000, requests: 100 }, reference).estimate.seconds);
    expect(seconds(ON_DEMAND)).toBe(10);
    expect(seconds(described({ warmReadUnits: 40_000 }))).toBe(3);
    expect(seconds(described({ warmReadUnits: 40_000, billing: { mode: 'on-demand', maxReadUnits: 6000 } }))).toBe(20);
    expect(seconds(described({ billing: { mode: 'provisioned', readUnits: 100, writeUnits: 1 } }))).toBe(1200);
  });

  it('is no faster than the pace that is set for the table', () => {
    const seconds = (pace: number) =>
      costOfPath(scan(), { readUnits: 6000, requests: 1 }, { ...ON_DEMAND, unitsPerSecond: () => pace }).estimate
        .seconds;
    expect(seconds(1000)).toBeCloseTo(6.005);
    expect(seconds(10_000)).toBeCloseTo(2.005);
  });

  it('knows the share of the throughput, of a whole second at least', () => {
    const share = (readUnits: number, reference = ON_DEMAND, path = scan()) =>
      costOfPath(path, { readUnits, requests: 1 }, reference).throughputShare;
    expect(share(120)).toBeCloseTo(0.01);
    expect(share(30_000)).toBeCloseTo(0.25, 2);
    expect(share(30_000, described({ arn: undefined }))).toBeUndefined();
    const provisioned = described({ billing: { mode: 'provisioned', readUnits: 100, writeUnits: 1 } });
    expect(share(10_000, provisioned)).toBeCloseTo(1, 2);
    expect(share(10_000, provisioned, scan(1, index('g', ['a S'])))).toBeUndefined();
    expect(share(10_000, provisioned, scan(1, { ...index('l', ['a S']), kind: 'local' }))).toBeCloseTo(1, 2);
  });

  it('says whose prices are used for a table that is not in a region with known ones', () => {
    const pricesOf = (arn: string | undefined) =>
      costOfPath(scan(), { readUnits: 1, requests: 1 }, described({ arn })).estimate.pricesOf;
    expect(pricesOf('arn:aws:dynamodb:us-east-1:123456789012:table/t')).toBeUndefined();
    expect(pricesOf('arn:aws:dynamodb:eu-west-1:123456789012:table/t')).toBe('us-east-1');
    expect(pricesOf(undefined)).toBe('us-east-1');
  });

  it('is nothing where nothing is read', () => {
    expect(costOfPath({ kind: 'none' }, { readUnits: 0, requests: 0 }, ON_DEMAND)).toEqual({
      estimate: { readUnits: 0, requests: 0, seconds: 0, dollars: 0 },
    });
  });
});

describe('sumOfCosts', () => {
  it('adds up what is read one after the other', () => {
    const cost = { readUnits: 1, requests: 2, seconds: 3, dollars: 4 };
    expect(sumOfCosts([cost, { ...cost, pricesOf: 'us-east-1' }])).toEqual({
      readUnits: 2,
      requests: 4,
      seconds: 6,
      dollars: 8,
      pricesOf: 'us-east-1',
    });
    expect(sumOfCosts([])).toEqual({ readUnits: 0, requests: 0, seconds: 0, dollars: 0 });
  });
});
