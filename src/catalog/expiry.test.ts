import { describe, expect, it } from 'vitest';
import { HeadgateError } from '../base/errors/headgate-error.js';
import { expiryOf } from './expiry.js';
import { FakeDynamodb } from './testing/fake-dynamodb.js';

const signal = new AbortController().signal;

async function expiry(hideExpired: boolean | string, timeToLive?: string | Error) {
  const dynamodb = new FakeDynamodb();
  dynamodb.timeToLive = timeToLive;
  return expiryOf(hideExpired, { name: 'carts', directory: dynamodb.directory }, signal);
}

describe('how expired items are told', () => {
  it('is nothing without the switch, and nothing where nothing expires', async () => {
    expect(await expiry(false, 'gone_at')).toBeUndefined();
    expect(await expiry(true, undefined)).toBeUndefined();
  });

  it('is what DynamoDB says, or what the configuration names, without asking', async () => {
    expect(await expiry(true, 'gone_at')).toEqual({ kind: 'attribute', attribute: 'gone_at' });
    expect(await expiry('until', new Error('asked'))).toEqual({ kind: 'attribute', attribute: 'until' });
  });

  it.each(['AWS_ACCESS_DENIED', 'DYNAMODB_REJECTED'] as const)('is unknown after %s, with the reason', async (code) => {
    const error = new HeadgateError(code, 'refused', { detail: 'no dynamodb:DescribeTimeToLive' });
    expect(await expiry(true, error)).toEqual({ kind: 'unknown', reason: 'no dynamodb:DescribeTimeToLive' });
  });

  it('is not to be had while DynamoDB cannot be reached', async () => {
    const error = new HeadgateError('ENDPOINT_UNREACHABLE', 'nobody there');
    await expect(expiry(true, error)).rejects.toBe(error);
  });
});
