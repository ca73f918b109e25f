import { describe, expect, it } from 'vitest';
import type { TableDescription } from '../../dynamodb/table-description.js';
import { ExpressionNames } from '../plan/conditions/expression-names.js';
import type { AccessPath } from '../plan/paths/access-path.js';
import { catalogTable, index, tableReference } from '../testing/catalog-table.js';
import { Meter } from './meter.js';

const NO_COST = { readUnits: 0, requests: 0, seconds: 0, dollars: 0 };

function planned(name: string, slot = 0, description: Partial<TableDescription> = {}) {
  const table = catalogTable({ name });
  return {
    reference: tableReference({ ...table, description: { ...table.description, ...description } }, slot),
    plan: {
      table: `s.${name}`,
      alias: 't',
      path: 'scan' as const,
      columns: [],
      conjuncts: [],
      estimate: NO_COST,
      notes: [],
    },
  };
}

const common = {
  tableName: 't',
  projectionExpression: undefined,
  names: ExpressionNames.empty(),
  consistentRead: false,
};

function scan(by?: string): AccessPath {
  const read = by === undefined ? undefined : index(by, ['g S']);
  return { kind: 'scan', index: read, segments: 1, filter: undefined, common };
}

function begun(planneds: readonly ReturnType<typeof planned>[], path = scan(), now?: () => number): Meter {
  const meter = new Meter(now);
  for (const each of planneds) meter.begin(each, path);
  return meter;
}

function page(itemCount: number, scannedCount: number, readUnits: number) {
  return { items: Buffer.from('[]'), itemCount, scannedCount, readUnits, index: undefined };
}

describe('Meter', () => {
  it('starts at nothing', () => {
    expect(new Meter().totals()).toEqual({ readUnits: 0, requests: 0, items: 0, dollars: 0 });
    expect(new Meter().reads).toEqual([]);
  });

  it('adds up the pages of one reference, those without items too', () => {
    const meter = begun([planned('a')], scan(), () => 0);
    meter.add(planned('a'), page(3, 10, 1.5));
    meter.add(planned('a'), page(0, 10, 128.5));
    expect(meter.reads).toEqual([
      {
        slot: 0,
        table: 's.a',
        index: undefined,
        path: 'scan',
        readUnits: 130,
        requests: 2,
        itemsScanned: 20,
        itemsReturned: 3,
        dollars: 0.00001625,
        milliseconds: 0,
      },
    ]);
  });

  it('keeps references to the same table apart, and for each the table and its indexes', () => {
    const meter = begun([planned('a', 0), planned('a', 1)], scan('by-day'));
    meter.add(planned('a', 0), page(1, 1, 0.5));
    meter.add(planned('a', 0), { ...page(2, 2, 1), index: 'by-day' });
    meter.add(planned('a', 1), page(3, 3, 2));
    meter.add(planned('a', 0), { ...page(4, 4, 4), index: 'by-day' });
    expect(meter.reads.map(({ slot, index, path, readUnits }) => [slot, index, path, readUnits])).toEqual([
      [0, undefined, 'batch-get', 0.5],
      [0, 'by-day', 'index-scan', 5],
      [1, undefined, 'batch-get', 2],
    ]);
    expect(meter.totals()).toMatchObject({ readUnits: 7.5, requests: 4, items: 10 });
  });

  it('prices the units of each table as they are paid there', () => {
    const meter = begun([planned('a', 0), planned('b', 1)]);
    meter.add(planned('a', 0), page(1, 1, 1_000_000));
    meter.add(planned('b', 1, { tableClass: 'STANDARD_INFREQUENT_ACCESS' }), page(1, 1, 1_000_000));
    expect(meter.reads.map(({ dollars }) => dollars)).toEqual([0.125, 0.15625]);
    expect(meter.totals().dollars).toBe(0.28125);
  });

  it('takes the time of a reference from its beginning to its last answer', () => {
    let now = 100;
    const meter = new Meter(() => now);
    meter.begin(planned('a', 0), scan());
    now = 130;
    meter.add(planned('a', 0), page(1, 1, 1));
    now = 170;
    meter.begin(planned('a', 0), scan());
    meter.add(planned('a', 0), page(1, 1, 1));
    meter.begin(planned('b', 1), scan());
    now = 175;
    meter.add(planned('b', 1), page(1, 1, 1));
    expect(meter.reads.map(({ milliseconds }) => milliseconds)).toEqual([70, 5]);
  });
});
