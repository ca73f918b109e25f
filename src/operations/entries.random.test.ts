import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fakeContext } from './testing/fake-schema.js';
import { forwardJson } from './testing/forward-json.js';

const KEY = { pk: { S: 'x' }, sk: { S: 'y' } };
const V = { ExpressionAttributeValues: { ':v': { N: '1' } } };

const table = fc.constantFrom('orders', 'events', 'demo.orders', 'demo.events', 'closed', 'missing');
const more = fc.constantFrom(
  {},
  { ConditionExpression: 'attribute_not_exists(pk)' },
  { ConditionExpression: 'attribute_exists(sk) OR pk = :v', ...V },
  { ConditionExpression: 'a = :v', ...V },
  { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' },
  { ReturnValuesOnConditionCheckFailure: 'NONE' },
);
const entry = fc.oneof(
  fc.tuple(table, more).map(([TableName, rest]) => ({ Put: { TableName, Item: KEY, ...rest } })),
  fc.tuple(table, more).map(([TableName, rest]) => ({ Delete: { TableName, Key: KEY, ...rest } })),
  fc
    .tuple(table, more, fc.constantFrom('REMOVE a', 'SET a = b', 'SET a = pk', 'ADD a :v', 'REMOVE a.b'))
    .map(([TableName, rest, UpdateExpression]) => ({ Update: { TableName, Key: KEY, ...rest, UpdateExpression } })),
  table.map((TableName) => ({ ConditionCheck: { TableName, Key: KEY, ConditionExpression: 'a = :v', ...V } })),
);
const code = fc.constantFrom('R', 'W', 'RW', 'RA', 'RWA', 'A', 'none');
const grants = fc
  .tuple(code, fc.option(code), fc.option(code))
  .map(([schema, orders, events]) => [
    `ann ${schema} demo`,
    ...(orders === null ? [] : [`ann ${orders} demo.orders`]),
    ...(events === null ? [] : [`ann ${events} demo.events`]),
  ]);

it('A transaction is sent exactly when each of its entries would be by itself, and then with the guards of each', async () => {
  const hasTable = (name: string) => name !== 'missing';
  await fc.assert(
    fc.asyncProperty(grants, fc.array(entry, { minLength: 1, maxLength: 5 }), async (granted, entries) => {
      const send = async (TransactItems: readonly object[]) => {
        const context = fakeContext({ grants: granted, hasTable });
        await forwardJson(context, 'TransactWriteItems', { TransactItems });
        return (context.sent[0]?.body as { TransactItems: unknown[] } | undefined)?.TransactItems;
      };
      const alone = await Promise.all(entries.map((each) => send([each])));
      const together = await send(entries);
      expect(together).toEqual(alone.includes(undefined) ? undefined : alone.flat());
    }),
    { numRuns: 500 },
  );
});
