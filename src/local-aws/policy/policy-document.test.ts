import { describe, expect, it } from 'vitest';
import { parsePolicy } from './parse-policy.js';
import { asksFor, effectOf } from './policy-document.js';

/** As a policy writes it. */
const USERNAME = `\${${'aws:username'}}`;

function effect(statement: object, resource: string, context: readonly (readonly [string, readonly string[]])[] = []) {
  const document = parsePolicy(
    { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', ...statement } },
    'identity',
  );
  return effectOf([document], { action: 's3:GetObject', resource, context: new Map(context) });
}

describe('a variable in a resource', () => {
  const home = `arn:aws:s3:::home/${USERNAME}`;

  it('is filled in, in Resource and in NotResource', () => {
    const ann = [['aws:username', ['ann']]] as const;
    expect(effect({ Resource: home }, 'arn:aws:s3:::home/ann', ann)).toBe('allow');
    expect(effect({ Resource: home }, 'arn:aws:s3:::home/bob', ann)).toBe('none');
    expect(effect({ NotResource: home }, 'arn:aws:s3:::home/ann', ann)).toBe('none');
    expect(effect({ NotResource: home }, 'arn:aws:s3:::home/bob', ann)).toBe('allow');
  });

  it('without a value fits nothing, in Resource and in NotResource', () => {
    expect(effect({ Resource: home }, 'arn:aws:s3:::home/ann')).toBe('none');
    expect(effect({ NotResource: home }, 'arn:aws:s3:::home/ann')).toBe('none');
  });

  it('is a text like any other in the older version', () => {
    const Statement = { Effect: 'Allow', Action: '*', Resource: home };
    const document = parsePolicy({ Version: '2008-10-17', Statement }, 'identity');
    const context = new Map([['aws:username', ['ann']]]);
    const request = (resource: string) => ({ action: 's3:GetObject', resource, context });
    expect(effectOf([document], request(home))).toBe('allow');
    expect(effectOf([document], request('arn:aws:s3:::home/ann'))).toBe('none');
  });
});

it('A policy asks for the keys of its conditions, whatever their case', () => {
  const Condition = { StringEquals: { 'DynamoDB:leadingKeys': 'a' } };
  const Statement = [{ Effect: 'Deny', Action: '*', Resource: '*', Condition }];
  const document = parsePolicy({ Version: '2012-10-17', Statement }, 'identity');
  expect(asksFor([document], 'dynamodb:leadingkeys')).toBe(true);
  expect(asksFor([document], 'dynamodb:attributes')).toBe(false);
});
