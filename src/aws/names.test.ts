import { describe, expect, it } from 'vitest';
import { newExternalId } from './external-id.js';
import {
  checkAccountId,
  checkExternalId,
  checkPrincipalArn,
  checkRegion,
  checkRoleName,
  checkSchemaName,
  checkTableName,
  type NameCheck,
  splitRoleName,
} from './names.js';
import { partitionOfRegion } from './partition.js';
import { roleArn } from './policy/place.js';

const CASES: readonly (readonly [NameCheck, good: readonly string[], bad: Readonly<Record<string, string>>])[] = [
  [
    checkAccountId,
    ['123456789012', '000000000001'],
    {
      '': '0',
      '12345678901': '11',
      '1234-5678-9012': '123456789012',
      '12345678901x': '11 and other',
      '１２３４５６７８９０１２': '0',
    },
  ],
  [
    checkRoleName,
    ['HeadgateReadRole', 'a', 'x'.repeat(64), '/teams/data/Reader', 'teams/Reader', 'A+=,.@_-1'],
    {
      '': 'missing',
      '/teams/': 'missing',
      [`${'x'.repeat(65)}`]: '65',
      'arn:aws:iam::123456789012:role/Reader': 'not its ARN',
      'Reader Role': '" "',
      '/a b/Reader': 'path',
      '/a*/Reader': 'path',
      '/$x/Reader': 'path',
      '//Reader': 'empty',
      'Reader\n': '"\\n"',
      [`/${'x'.repeat(512)}/Reader`]: '512',
    },
  ],
  [
    checkRegion,
    ['eu-central-1', 'us-gov-west-1', 'cn-north-1', 'ap-southeast-4', 'us-iso-east-1', 'il-central-1'],
    {
      '': 'eu-central-1',
      'eu-central-1a': 'the region is eu-central-1',
      Frankfurt: 'looks like',
      'EU-CENTRAL-1': 'looks like',
    },
  ],
  [checkExternalId, ['ab', 'a:b/c=d,e.f@g-h_i+1'], { a: '2 to', 'a b': '" "', [`${'x'.repeat(1225)}`]: '1224' }],
  [
    checkTableName,
    ['abc', 'shop.orders_2026-01', 'x'.repeat(255)],
    {
      ab: '3 to 255',
      'a/b/c': '"/"',
      'orders*': '"*"',
      [`${'x'.repeat(256)}`]: '256',
      'arn:aws:dynamodb:x': 'not its ARN',
    },
  ],
  [checkSchemaName, ['shop', '_s1'], { '1shop': 'letters', 'a\nb': 'letters', '': 'letters' }],
  [
    checkPrincipalArn,
    [
      'arn:aws:iam::123456789012:root',
      'arn:aws-cn:iam::123456789012:role/a/b',
      'arn:aws-us-gov:iam::123456789012:user/x@y',
    ],
    {
      '*': 'looks like',
      'arn:aws:iam::123456789012:role/*': 'looks like',
      'arn:aws:sts::123456789012:assumed-role/a/b': 'looks like',
    },
  ],
];

describe.each(CASES)('%o', (check, good, bad) => {
  it.each(good)('takes %j', (text) => {
    expect(check(text)).toBeUndefined();
  });

  it.each(Object.entries(bad))('does not take %j and says why', (text, reason) => {
    expect(check(text)?.problem).toContain(reason);
  });
});

it('a role has its path in its ARN, with or without the first slash', () => {
  const place = { partition: 'aws-cn', accountId: '123456789012' } as const;
  expect(roleArn(place, 'Reader')).toBe('arn:aws-cn:iam::123456789012:role/Reader');
  expect(roleArn(place, 'teams/Reader')).toBe('arn:aws-cn:iam::123456789012:role/teams/Reader');
  expect(roleArn(place, '/teams/data/Reader')).toBe('arn:aws-cn:iam::123456789012:role/teams/data/Reader');
  expect(splitRoleName('/teams/data/Reader')).toEqual({ path: '/teams/data/', name: 'Reader' });
});

it('regions are in the partition that their name says', () => {
  expect(['cn-north-1', 'us-gov-east-1', 'us-east-1', 'eu-west-3'].map(partitionOfRegion)).toEqual([
    'aws-cn',
    'aws-us-gov',
    'aws',
    'aws',
  ]);
});

it('external IDs are such as AWS takes, long enough to be unguessable, and never the same', () => {
  const ids = Array.from({ length: 500 }, newExternalId);
  expect(ids.filter((id) => checkExternalId(id) !== undefined)).toEqual([]);
  expect(new Set(ids).size).toBe(500);
  // 32 letters of 5 bits each, all of which are used.
  expect(ids.every((id) => /^headgate-[a-z2-7]{32}$/.test(id))).toBe(true);
  expect(new Set(ids.join('').replaceAll('headgate-', '')).size).toBe(32);
});
