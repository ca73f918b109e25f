import { expect, it } from 'vitest';
import { explainVerb } from './explain-verb.js';
import { makeGrants, makePrincipal } from './testing/make-access.js';

const ann = makePrincipal();
const orders = { schema: 'demo', table: 'orders' };

it('takes a class in any case, and a verb by its exact name', () => {
  const known = { grants: makeGrants('ann R demo') };
  for (const verb of ['SELECT', 'select', 'Query', 'TransactGetItems']) {
    expect(explainVerb(ann, { ...orders, verb }, known), verb).toMatchObject({ allowed: true, grants: known.grants });
  }
  expect(explainVerb(ann, { ...orders, verb: 'DELETE' }, known)).toMatchObject({ allowed: false });
  expect(explainVerb(ann, { ...orders, verb: 'query' }, known)).toBeUndefined();
});

it('says which condition makes fewer classes enough', () => {
  const append = { grants: makeGrants('ann RA demo') };
  const put = explainVerb(ann, { ...orders, verb: 'PutItem' }, append);
  expect(put).toMatchObject({ allowed: true, text: expect.stringContaining('attribute_not_exists') });
  expect(explainVerb(ann, { ...orders, verb: 'UpdateItem' }, append)).toMatchObject({ allowed: false });
  const all = explainVerb(ann, { ...orders, verb: 'PutItem' }, { grants: makeGrants('ann RWA demo') });
  expect(all).toMatchObject({ allowed: true, text: expect.not.stringContaining('attribute_not_exists') });
});

it('explains each kind of entry by itself, and allows the verb only when all may pass', () => {
  const answer = explainVerb(ann, { ...orders, verb: 'BatchWriteItem' }, { grants: makeGrants('ann RA demo') });
  expect(answer?.allowed).toBe(false);
  expect(answer?.text).toMatch(/^PutRequest: .* DeleteRequest: /);
  expect(answer?.grants).toHaveLength(1);
});

it('says of a listing what it would show', () => {
  const known = { grants: makeGrants('ann R demo', 'ann none demo.secret') };
  const ask = (table: string) => explainVerb(ann, { schema: 'demo', table, verb: 'ListTables' }, known);
  expect(ask('orders')).toMatchObject({ allowed: true, text: expect.stringContaining('is shown') });
  expect(ask('secret')).toMatchObject({ allowed: true, text: expect.stringContaining('not shown') });
});

it('has no answer for what no table decides', () => {
  for (const verb of ['ExecuteStatement', 'DropEverything', '']) {
    expect(explainVerb(ann, { ...orders, verb }, { grants: [] }), verb).toBeUndefined();
  }
});
