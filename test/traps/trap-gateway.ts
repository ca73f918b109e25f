import { afterAll, beforeAll, expect } from 'vitest';
import type { AttributeValue } from '../../src/dynamodb/attribute-value.js';
import type { KeyAttribute, Projection } from '../../src/dynamodb/table-description.js';
import type { ReferencePlan } from '../../src/query/plan/statement-plan.js';
import type { ResultValue } from '../../src/query/result.js';
import type { StatementRequest } from '../../src/query/statement.js';
import {
  type Answer,
  openTestGateway,
  type TestGateway,
  type TestGatewayOptions,
  type TestTable,
} from '../support/test-gateway.js';

type Options = Omit<StatementRequest, 'sql'>;

/** The gateway of a test file, with these tables, and between it and them what `endpointOf` puts there. */
export function trapGateway(tables: readonly TestTable[], options: Omit<TestGatewayOptions, 'tables'> = {}) {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await openTestGateway({ ...options, tables });
  });
  afterAll(() => gateway.close());

  /** The answer, after a comparison with the one that DuckDB gives by itself over whole tables. */
  async function ask(sql: string, options: Options = {}): Promise<Answer> {
    const answer = await gateway.ask(sql, options);
    const whole = await gateway.ask(sql, { ...options, pushdown: false });
    expect(sorted(answer.rows)).toEqual(sorted(whole.rows));
    return answer;
  }

  return {
    ask,
    /** The values of the first column, sorted as text. */
    values: async (sql: string, options: Options = {}) => sortedValues(await ask(sql, options)),
    /** The plan of the only table of a statement. */
    plan: async (sql: string, options: Options = {}): Promise<ReferencePlan> => {
      const plan = await gateway.engine.plan({ ...options, sql }, new AbortController().signal);
      const [only] = plan.references;
      if (only === undefined) throw new Error(`no table in ${sql}`);
      return only;
    },
    gateway: () => gateway,
  };
}

export function sortedValues({ rows }: Pick<Answer, 'rows'>): string[] {
  return rows.map(([value]) => String(value)).toSorted();
}

function sorted(rows: Answer['rows']): string[] {
  return rows.map((row) => JSON.stringify(row, printable)).toSorted();
}

function printable(_: string, value: ResultValue): unknown {
  return typeof value === 'bigint' ? `${value}n` : value;
}

export function S(text: string): AttributeValue {
  return { S: text };
}

export function N(value: number | string): AttributeValue {
  return { N: String(value) };
}

export function text(name: string): KeyAttribute {
  return { name, type: 'S' };
}

export function number(name: string): KeyAttribute {
  return { name, type: 'N' };
}

export function globalIndex(
  name: string,
  partitionKeys: readonly KeyAttribute[],
  sortKeys: readonly KeyAttribute[] = [],
  projection: Projection = { kind: 'all' },
) {
  return { name, kind: 'global' as const, partitionKeys, sortKeys, projection };
}
