import { describe, expect, test } from 'vitest';
import { temporaryPlanner } from '../testing/temporary-planner.js';
import type { Stub } from './planner-database.js';

const planner = temporaryPlanner();

const QUERY = "SELECT * FROM headgate_ref_0('0')";
/** Folding these constants takes minutes. */
const ENDLESS = `SELECT ${Array.from({ length: 2000 }, (_, i) => `list_sum(list_transform(range(1000000), lambda x: x % ${i + 2}))`).join(', ')}`;

const stubs = (...columns: string[]): ReadonlyMap<string, Stub> =>
  new Map([['0', { columns: columns.map((name) => ({ name, type: { kind: 'bigint' } })), rowCount: 5 }]]);
const planOf = (...columns: string[]) => planner().logicalPlan(QUERY, stubs(...columns));

describe('the same text', () => {
  test('is planned anew when the columns of its table have changed', async () => {
    expect(await planOf('a')).not.toContain('"b"');
    expect(await planOf('a', 'b')).toContain('"b"');
    expect(await planOf('b')).not.toContain('"a"');
  });

  test('can be asked for by many at once', async () => {
    const texts = Array.from({ length: 20 }, (_, i) => `SELECT ${i} AS number_${i}`);
    const asts = await Promise.all(texts.map((text) => planner().serialize(text)));
    asts.forEach((ast, i) => {
      expect(ast).toContain(`"number_${i}"`);
    });
  });
});

describe('after', () => {
  test('an error the planner goes on', async () => {
    expect(await planner().serialize('SELECT FROM')).toContain('"error":true');
    expect(await planner().logicalPlan('SELECT nothing', stubs())).toContain('"error":true');
    await expect(planner().explain('SELECT nothing', stubs())).rejects.toThrow('nothing');
    expect(await planOf('a')).toContain('"a"');
    expect(await planner().serialize('SELECT 1')).toContain('"error":false');
  });

  test('a signal has ended a call the planner goes on', async () => {
    const controller = new AbortController();
    const within = planner().within(controller.signal);
    const planning = within.logicalPlan(ENDLESS, stubs());
    // In a later turn, because a call that is not running yet does not begin at all.
    setImmediate(() => controller.abort(new Error('enough')));
    const outcome = await planning.catch((error: unknown) => String(error));
    expect(outcome).toMatch(/interrupt/i);
    await expect(within.serialize('SELECT 1')).rejects.toThrow('enough');
    expect(await planOf('a')).toContain('"a"');
  });
});
