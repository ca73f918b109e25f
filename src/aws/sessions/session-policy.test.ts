import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ACCESS_CODES, OPERATION_CLASSES } from '../../access/access-code.js';
import { decide } from '../../access/decide.js';
import type { Grant } from '../../access/grant.js';
import type { Principal } from '../../access/principal.js';
import { indexActions, tableActions } from '../policy/actions.js';
import type { PolicyDocument } from '../policy/document.js';
import { evaluatePolicy } from '../testing/evaluate-policy.js';
import { sessionPolicy } from './session-policy.js';
import { sessionScope } from './session-scope.js';

const PLACE = { partition: 'aws', region: 'eu-central-1', accountId: '123456789012' } as const;
const ARN = 'arn:aws:dynamodb:eu-central-1:123456789012:table';
const TABLES = ['aaa', 'bbb', 'ccc', 'ddd'];
const ALICE: Principal = {
  kind: 'user',
  id: 'alice',
  name: 'alice',
  groups: ['staff'],
  scopes: new Set(),
  isAdmin: false,
};

const grants = fc.array(
  fc
    .record({
      grantee: fc.constantFrom<Grant['grantee'][]>(
        { kind: 'principal', id: 'alice' },
        { kind: 'group', id: 'staff' },
        { kind: 'principal', id: 'bob' },
      ),
      schema: fc.constantFrom('shop', 'Shop', 'other'),
      table: fc.option(fc.constantFrom(...TABLES), { nil: undefined }),
      code: fc.constantFrom(...ACCESS_CODES),
    })
    .map(
      ({ table, ...rest }): Grant => ({
        ...rest,
        id: 'g',
        source: 'store',
        ...(table === undefined ? {} : { table }),
      }),
    ),
  { maxLength: 6 },
);

const allowlist = fc.oneof(fc.constant('*' as const), fc.subarray(TABLES, { minLength: 1 }));

describe('the session policy of a principal', () => {
  it('lets through what the decision lets through, and refuses what it refuses', () => {
    fc.assert(
      fc.property(grants, allowlist, (given, tables) => {
        const scope = sessionScope(ALICE, { name: 'shop', tables }, given);
        const policy: PolicyDocument = JSON.parse(sessionPolicy(PLACE, scope));
        for (const table of [...TABLES, 'unheard-of']) {
          const isListed = tables === '*' || tables.includes(table);
          const classes = OPERATION_CLASSES.filter(
            (one) => isListed && decide(ALICE, { schema: 'shop', table, classes: [one] }, given).allowed,
          );
          const allowed = (actions: readonly string[], resource: string) =>
            actions.filter((action) => evaluatePolicy(policy, { action, resource }) === 'allow');
          expect(allowed(tableActions(OPERATION_CLASSES), `${ARN}/${table}`)).toEqual(tableActions(classes));
          expect(allowed(indexActions(['select']), `${ARN}/${table}/index/i`)).toEqual(indexActions(classes));
          const extras = ['dynamodb:DescribeTimeToLive', 'dynamodb:ListTagsOfResource'];
          expect(allowed(extras, `${ARN}/${table}`)).toEqual(classes.includes('explain') ? extras : []);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('has no white space and shares statements, so that many tables fit', () => {
    const scope = Array.from({ length: 9 }, (_, i) => ({
      table: `orders-${i}`,
      classes: ['select', 'explain'] as const,
    }));
    const text = sessionPolicy(PLACE, scope);
    expect(text).not.toMatch(/\s/);
    expect(text.length).toBeLessThanOrEqual(2_048);
    expect(JSON.parse(text).Statement).toHaveLength(2);
  });

  it('denies everything to whom nothing is granted', () => {
    const policy = JSON.parse(sessionPolicy(PLACE, sessionScope(ALICE, { name: 'shop', tables: '*' }, [])));
    expect(evaluatePolicy(policy, { action: 'dynamodb:ListTables', resource: '*' })).toBe('explicit-deny');
  });
});
