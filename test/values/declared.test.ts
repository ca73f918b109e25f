import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Item } from '../../src/dynamodb/attribute-value.js';
import { openTestGateway, type TestGateway } from '../support/test-gateway.js';

const UUID = '5f0c9d3e-1b2a-4c3d-8e4f-0123456789ab';
const declarations = {
  day: 'date',
  moment: 'timestamp',
  uuid: 'uuid',
  price: 'decimal(10,2)',
  whole: 'hugeint',
  approximate: 'double',
  anything: 'json',
  days: 'date[]',
  tags: 'varchar[]',
  absent: 'date',
};

const GOOD: Item = {
  id: { S: 'good' },
  day: { S: '2026-02-28' },
  moment: { S: '2026-02-28T23:59:59.123456' },
  uuid: { S: UUID },
  price: { N: '12.5' },
  whole: { N: '7' },
  approximate: { N: '0.1' },
  anything: { M: { a: { N: '1' } } },
  days: { L: [{ S: '2026-01-01' }, { NULL: true }] },
  tags: { SS: ['a', 'b'] },
};

const BAD: Item = {
  id: { S: 'bad' },
  day: { S: '2026-02-30' },
  moment: { S: 'yesterday' },
  uuid: { S: UUID.toUpperCase() },
  price: { S: '12.5' },
  whole: { BOOL: true },
  approximate: { S: 'x' },
  anything: { S: 'text' },
  days: { L: [{ S: '2026-01-01' }, { S: 'someday' }] },
  tags: { SS: ['c'] },
};

const NULLS: Item = { id: { S: 'nulls' }, day: { NULL: true }, days: { L: [] }, tags: { SS: ['d'] } };

let gateway: TestGateway;

beforeAll(async () => {
  const partitionKey = { name: 'id', type: 'S' } as const;
  gateway = await openTestGateway({
    tables: [
      { name: 'things', partitionKey, items: [GOOD, BAD, NULLS] },
      { name: 'exceeding', partitionKey, items: [{ id: { S: 'it' }, price: { N: '123456789.125' } }] },
    ],
    declarations: { things: declarations, exceeding: { price: 'decimal(10,2)' } },
  });
});

afterAll(() => gateway.close());

const NAMES = Object.keys(declarations);

async function valuesOf(id: string) {
  const { columns, rows, summary } = await gateway.ask(`SELECT ${NAMES.join(', ')} FROM things WHERE id = '${id}'`);
  return { columns, values: Object.fromEntries(NAMES.map((name, i) => [name, rows[0]?.[i]])), ...summary };
}

describe('a declared column', () => {
  it('has the declared type', async () => {
    const { columns } = await valuesOf('good');
    expect(Object.fromEntries(columns.map(({ name, type }) => [name, type.sql]))).toEqual({
      day: 'DATE',
      moment: 'TIMESTAMP',
      uuid: 'UUID',
      price: 'DECIMAL(10,2)',
      whole: 'HUGEINT',
      approximate: 'DOUBLE',
      anything: 'JSON',
      days: 'DATE[]',
      tags: 'VARCHAR[]',
      absent: 'DATE',
    });
  });

  it('parses what it can', async () => {
    const { values, warnings } = await valuesOf('good');
    expect(values).toMatchObject({
      day: '2026-02-28',
      moment: '2026-02-28 23:59:59.123456',
      uuid: UUID,
      price: '12.50',
      whole: 7n,
      approximate: 0.1,
      anything: '{"a":1}',
      days: ['2026-01-01', null],
      absent: null,
    });
    expect([...(values['tags'] as string[])].sort()).toEqual(['a', 'b']);
    expect(warnings).toEqual([]);
  });

  it('reads as NULL what it cannot parse, with a warning for each column', async () => {
    const { values, warnings } = await valuesOf('bad');
    expect(values).toMatchObject({
      day: null,
      moment: null,
      uuid: null,
      price: null,
      whole: null,
      approximate: null,
      anything: '"text"',
      days: ['2026-01-01', null],
      tags: ['c'],
    });
    const warned = warnings.map((warning) => /1 value of "(\w+)" are not/.exec(warning)?.[1]);
    expect(warned.sort()).toEqual(['approximate', 'day', 'days', 'moment', 'price', 'uuid', 'whole']);
  });

  it('reads NULL and missing as NULL without a warning', async () => {
    const { values, warnings } = await valuesOf('nulls');
    expect(values).toMatchObject({ day: null, moment: null, days: [], tags: ['d'] });
    expect(warnings).toEqual([]);
  });

  it('compares as its type', async () => {
    const { rows } = await gateway.ask("SELECT id FROM things WHERE day > DATE '2026-02-27' AND price = 12.5");
    expect(rows).toEqual([['good']]);
  });

  it('becomes wider than declared rather than round', async () => {
    const { columns, rows, summary } = await gateway.ask("SELECT price FROM exceeding WHERE id = 'it'");
    expect(rows).toEqual([['123456789.125']]);
    expect(columns[0]?.type.sql).toBe('DECIMAL(18,3)');
    expect(summary.warnings).toEqual([]);
  });
});
