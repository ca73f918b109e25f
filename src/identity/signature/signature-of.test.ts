import { describe, expect, it } from 'vitest';
import { signatureOf, valuesOf } from './signature-of.js';

const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const DATE = ['X-Amz-Date', '20150830T123600Z'];

/** AWS's own examples: of its test suite for Signature Version 4, and of the guide's worked example. */
const EXAMPLES = [
  {
    name: 'get-vanilla',
    headers: ['Host', 'example.amazonaws.com', ...DATE],
    signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  },
  {
    name: 'post-vanilla',
    method: 'POST',
    headers: ['Host', 'example.amazonaws.com', ...DATE],
    signature: '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
  },
  {
    name: 'get-header-key-duplicate',
    headers: [
      ...['Host', 'example.amazonaws.com', 'My-Header1', 'value2', 'My-Header1', 'value2', 'My-Header1', 'value1'],
      ...DATE,
    ],
    signature: 'c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea',
  },
  {
    name: 'get-header-value-order',
    headers: [
      ...['Host', 'example.amazonaws.com', 'My-Header1', 'value4', 'My-Header1', 'value1', 'My-Header1', 'value3'],
      ...['My-Header1', 'value2', ...DATE],
    ],
    signature: '08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01',
  },
  {
    name: 'get-header-value-trim',
    headers: ['Host', 'example.amazonaws.com', 'My-Header1', ' value1', 'My-Header2', ' "a   b   c"', ...DATE],
    signature: 'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
  },
  {
    name: 'get-vanilla-query-order-key-case',
    query: 'Param1=value1&Param2=value2',
    headers: ['Host', 'example.amazonaws.com', ...DATE],
    signature: 'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  },
  {
    name: 'get-utf8',
    path: '/%E1%88%B4',
    headers: ['Host', 'example.amazonaws.com', ...DATE],
    signature: '8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85',
  },
  {
    name: 'the list of users in the guide',
    service: 'iam',
    query: 'Action=ListUsers&Version=2010-05-08',
    headers: [
      ...['content-type', 'application/x-www-form-urlencoded; charset=utf-8', 'host', 'iam.amazonaws.com'],
      ...DATE,
    ],
    signature: '5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
  },
];

describe('the signature of', () => {
  it.each(EXAMPLES)('$name is the one that AWS documents', ({ headers, signature, ...example }) => {
    const { method = 'GET', path = '/', query = '', service = 'service' } = example;
    const names = headers.filter((_value, i) => i % 2 === 0).map((name) => name.toLowerCase());
    const signedHeaders = [...new Set(names)].sort();
    const parts = { method, path, query, rawHeaders: headers, signedHeaders, payloadHash: EMPTY };
    expect(signatureOf(parts, { time: '20150830T123600Z', region: 'us-east-1', service }, SECRET)).toBe(signature);
  });
});

it('a value is not taken for the name of a header', () => {
  expect(valuesOf(['x', 'host', 'Host', 'a', 'hOST', 'b'], 'host')).toEqual(['a', 'b']);
});
