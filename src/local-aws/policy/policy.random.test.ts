import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from './decide.js';
import { parsePolicy } from './parse-policy.js';
import { effectOf } from './policy-document.js';

const RUNS = { numRuns: 3_000 };
const TABLE = 'arn:aws:dynamodb:us-east-1:111122223333:table/';

/** Few words, so that policies and requests meet. */
const anyStatement = fc.record({
  effect: fc.constantFrom('Allow', 'Deny'),
  notAction: fc.boolean(),
  actions: fc.uniqueArray(fc.constantFrom('*', 'dynamodb:*', 'DYNAMODB:get*', 'dynamodb:GetItem', 's3:Get?tem'), {
    minLength: 1,
    maxLength: 2,
  }),
  notResource: fc.boolean(),
  resources: fc.uniqueArray(fc.constantFrom('*', `${TABLE}a`, `${TABLE}a*`, `${TABLE}*/index/?`, `${TABLE}A`), {
    minLength: 1,
    maxLength: 2,
  }),
  names: fc.option(fc.uniqueArray(fc.constantFrom('ann', 'bob'), { minLength: 1 })),
  negated: fc.boolean(),
});
type Statement = typeof anyStatement extends fc.Arbitrary<infer T> ? T : never;
const anyPolicy = fc.array(anyStatement, { minLength: 1, maxLength: 3 });

const anyRequest = fc.record({
  action: fc.constantFrom('dynamodb:GetItem', 'dynamodb:Query', 's3:GetItem'),
  resource: fc.constantFrom('*', `${TABLE}a`, `${TABLE}A`, `${TABLE}ab`, `${TABLE}a/index/i`),
  name: fc.option(fc.constantFrom('ann', 'bob', 'eve'), { nil: undefined }),
});
type Request = typeof anyRequest extends fc.Arbitrary<infer T> ? T : never;

function documentOf(statements: readonly Statement[]) {
  const json = statements.map((one) => ({
    Effect: one.effect,
    [one.notAction ? 'NotAction' : 'Action']: one.actions,
    [one.notResource ? 'NotResource' : 'Resource']: one.resources.length === 1 ? one.resources[0] : one.resources,
    ...(one.names && {
      Condition: { [one.negated ? 'StringNotEquals' : 'StringEquals']: { 'sts:ExternalId': one.names } },
    }),
  }));
  return parsePolicy({ Version: '2012-10-17', Statement: json }, 'identity');
}

function requestOf({ action, resource, name }: Request) {
  return { action, resource, context: new Map(name === undefined ? [] : [['sts:externalid', [name]]]) };
}

/** The rules once more, by regular expressions and as formulas. */
const fits = (patterns: readonly string[], text: string, flags: string) =>
  patterns.some((pattern) =>
    new RegExp(`^${pattern.replace(/[.]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')}$`, flags).test(text),
  );
const appliesByModel = (one: Statement, { action, resource, name }: Request) =>
  fits(one.actions, action, 'i') !== one.notAction &&
  fits(one.resources, resource, '') !== one.notResource &&
  (one.names === null || (name === undefined ? one.negated : one.names.some((each) => each === name) !== one.negated));
const saysByModel = (policy: readonly Statement[], request: Request, effect: string) =>
  policy.some((one) => one.effect === effect && appliesByModel(one, request));
const allowsByModel = (policy: readonly Statement[], request: Request) =>
  saysByModel(policy, request, 'Allow') && !saysByModel(policy, request, 'Deny');

describe('random policies and requests', () => {
  it('are judged as the model judges', () => {
    const seen = { allow: 0, deny: 0, none: 0 };
    fc.assert(
      fc.property(anyPolicy, anyRequest, (policy, request) => {
        const expected = saysByModel(policy, request, 'Deny')
          ? 'deny'
          : saysByModel(policy, request, 'Allow')
            ? 'allow'
            : 'none';
        seen[expected] += 1;
        expect(effectOf([documentOf(policy)], requestOf(request))).toBe(expected);
      }),
      RUNS,
    );
    // Else the property would say little.
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(RUNS.numRuns / 20);
  });

  it('are allowed in a session exactly when identity and session both allow', () => {
    fc.assert(
      fc.property(anyPolicy, anyPolicy, anyRequest, (own, session, request) => {
        const permissions = { identity: [documentOf(own)], session: documentOf(session) };
        const expected = allowsByModel(own, request) && allowsByModel(session, request);
        expect(decide(permissions, requestOf(request)).allowed).toBe(expected);
      }),
      RUNS,
    );
  });

  it('are judged alike whether statements stand in one policy or in several, and in whatever order', () => {
    fc.assert(
      fc.property(anyPolicy, anyRequest, (policy, request) => {
        const apart = policy.toReversed().map((one) => documentOf([one]));
        expect(effectOf(apart, requestOf(request))).toBe(effectOf([documentOf(policy)], requestOf(request)));
      }),
      RUNS,
    );
  });
});
