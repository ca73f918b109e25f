import { describe, expect, it } from 'vitest';
import { Meter } from './fetch/meter.js';
import { guardActual, guardEstimate } from './guard.js';
import type { AccessPathKind, ReferencePlan, StatementPlan } from './plan/statement-plan.js';

function reference(table: string, path: AccessPathKind, readUnits: number): ReferencePlan {
  return {
    table,
    alias: table,
    path,
    columns: [],
    conjuncts: [],
    estimate: { readUnits, requests: 1, dollars: 0 },
    notes: [],
  };
}

function planOf(...references: ReferencePlan[]): StatementPlan {
  const readUnits = references.reduce((sum, { estimate }) => sum + estimate.readUnits, 0);
  return { references, estimate: { readUnits, requests: references.length, dollars: 0 }, warnings: [] };
}

describe('guardEstimate', () => {
  it('lets a statement pass that reads just as much as allowed', () => {
    expect(() => guardEstimate(planOf(reference('s.a', 'scan', 99.5)), 100)).not.toThrow();
    expect(() => guardEstimate(planOf(reference('s.a', 'scan', 100)), 100)).not.toThrow();
  });

  it('refuses more than allowed, and names the tables that would be scanned', () => {
    const plan = planOf(
      reference('s.a', 'scan', 60),
      reference('s.b', 'get', 0.5),
      reference('s.c', 'scan', 30),
      reference('s.a', 'scan', 60),
    );
    expect(() => guardEstimate(plan, 150)).toThrow(
      expect.objectContaining({
        code: 'UNITS_EXCEEDED',
        message: 'the statement would read about 151 units, more than the 150 allowed',
        detail: 'It scans s.a, s.c, because no key or index fits its conditions. Nothing was read.',
      }),
    );
  });

  it('says so when it is the keys that cost too much', () => {
    expect(() => guardEstimate(planOf(reference('s.a', 'batch-get', 5000)), 100)).toThrow(
      expect.objectContaining({ detail: 'That is the sum of its key look-ups and queries.' }),
    );
  });
});

describe('guardActual', () => {
  it('stops a statement once it has read more than allowed', () => {
    const meter = new Meter();
    const add = (readUnits: number) =>
      meter.add(
        { plan: reference('s.a', 'scan', 0) },
        { items: Buffer.from('[]'), itemCount: 0, scannedCount: 0, readUnits },
      );
    add(100);
    expect(() => guardActual(meter, 100)).not.toThrow();
    add(0.5);
    expect(() => guardActual(meter, 100)).toThrow(
      expect.objectContaining({
        code: 'UNITS_EXCEEDED',
        message: 'the statement was stopped after 100.5 units, 100 are allowed',
      }),
    );
  });
});
