import { beforeEach, describe, expect, it } from 'vitest';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { AssumedRole, AssumeRoleRequest } from '../sts.js';
import { FakeClock } from '../testing/fake-clock.js';
import { type RoleSessions, roleSessions, type SessionKey } from './role-sessions.js';

const MINUTE_MS = 60_000;
const KEY: SessionKey = {
  schema: 'shop',
  roleArn: 'arn:aws:iam::123456789012:role/Reader',
  externalId: 'headgate-1',
  sessionName: 'user-alice',
  sourceIdentity: false,
  policy: '{"a":1}',
};

let clock: FakeClock;
let requests: AssumeRoleRequest[];
/** Errors of the next calls to STS, in order. */
let failures: HeadgateError[];
/** Calls to STS wait for it. */
let gate: Promise<void>;
let sessions: RoleSessions;

beforeEach(() => {
  clock = new FakeClock();
  requests = [];
  failures = [];
  gate = Promise.resolve();
  const assumeRole = async (request: AssumeRoleRequest): Promise<AssumedRole> => {
    requests.push(request);
    await gate;
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
    const expiration = new Date(clock.now() + request.durationSeconds * 1000);
    const accessKeyId = `ASIA${requests.length}`;
    return {
      credentials: { accessKeyId, secretAccessKey: 's', sessionToken: 't', expiration },
      arn: `arn:aws:sts::123456789012:assumed-role/Reader/${request.sessionName}`,
      packedPolicyPercent: request.policy === undefined ? undefined : 12,
    };
  };
  const sts = { assumeRole, callerArn: async () => '', close: () => {} };
  sessions = roleSessions({ stsOf: () => sts, clock, random: () => 0.5 });
});

const keyOf = async (key: SessionKey = KEY) => (await sessions.session(key)).credentials.accessKeyId;
const throttled = () => new HeadgateError('STS_THROTTLED', 'slower');
const tooLarge = () => {
  const cause = Object.assign(new Error('too large'), { name: 'PackedPolicyTooLargeException' });
  return new HeadgateError('STS_REJECTED', 'no', { cause });
};

describe('a role session', () => {
  it('is asked for as the principal, for an hour, narrowed, with the external ID', async () => {
    const session = await sessions.session(KEY);
    expect(requests).toEqual([
      {
        roleArn: KEY.roleArn,
        externalId: 'headgate-1',
        sessionName: 'user-alice',
        durationSeconds: 3600,
        policy: '{"a":1}',
      },
    ]);
    expect(session.arn).toBe('arn:aws:sts::123456789012:assumed-role/Reader/user-alice');
    expect(session.narrowing).toEqual({ kind: 'narrowed', packedPolicyPercent: 12 });
  });

  it('has the principal as its source identity where that is wanted', async () => {
    await sessions.session({ ...KEY, sourceIdentity: true });
    expect(requests[0]).toMatchObject({ sourceIdentity: 'user-alice' });
  });

  it('is asked for once by all who want it at the same time', async () => {
    let open = () => {};
    gate = new Promise((resolve) => {
      open = resolve;
    });
    const asked = Array.from({ length: 20 }, () => keyOf());
    open();
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['ASIA1']));
    expect(requests).toHaveLength(1);
  });

  it('is kept until five minutes before it expires', async () => {
    expect(await keyOf()).toBe('ASIA1');
    clock.advance(54 * MINUTE_MS);
    expect(await keyOf()).toBe('ASIA1');
    clock.advance(2 * MINUTE_MS);
    expect(await keyOf()).toBe('ASIA2');
  });

  it.each([
    { schema: 'other' },
    { sessionName: 'user-bob' },
    { policy: '{"a":2}' },
    { policy: undefined },
    { externalId: 'headgate-2' },
    { roleArn: 'arn:aws:iam::123456789012:role/Writer' },
  ])('is another for another key: %o', async (difference) => {
    expect([await keyOf(), await keyOf({ ...KEY, ...difference }), await keyOf()]).toEqual(['ASIA1', 'ASIA2', 'ASIA1']);
  });

  it('that cannot be renewed for a passing reason serves on while it lasts', async () => {
    await keyOf();
    clock.advance(56 * MINUTE_MS);
    failures = Array.from({ length: 6 }, throttled);
    expect(await keyOf()).toBe('ASIA1');
    failures = [new HeadgateError('ROLE_REFUSED', 'no')];
    await expect(keyOf()).rejects.toMatchObject({ code: 'ROLE_REFUSED' });
    clock.advance(4 * MINUTE_MS);
    failures = Array.from({ length: 6 }, throttled);
    await expect(keyOf()).rejects.toMatchObject({ code: 'STS_THROTTLED' });
  });

  it('is not remembered as a failure', async () => {
    failures = [new HeadgateError('ROLE_REFUSED', 'no')];
    await expect(keyOf()).rejects.toMatchObject({ code: 'ROLE_REFUSED' });
    expect(await keyOf()).toBe('ASIA2');
  });
});

describe('a throttled request', () => {
  it('is made again after pauses that grow, each random', async () => {
    failures = [throttled(), throttled(), throttled()];
    expect(await keyOf()).toBe('ASIA4');
    expect(clock.slept).toEqual([100, 200, 400]);
  });

  it('is given up after six attempts', async () => {
    failures = Array.from({ length: 9 }, throttled);
    await expect(keyOf()).rejects.toMatchObject({ code: 'STS_THROTTLED' });
    expect(requests).toHaveLength(6);
  });

  it('that was refused for good is not made again', async () => {
    failures = [new HeadgateError('ROLE_REFUSED', 'no')];
    await expect(keyOf()).rejects.toMatchObject({ code: 'ROLE_REFUSED' });
    expect(requests).toHaveLength(1);
  });
});

describe('a session policy', () => {
  it('that AWS finds too large is left away, with a note for audit', async () => {
    failures = [tooLarge()];
    const { narrowing } = await sessions.session(KEY);
    expect(narrowing).toEqual({ kind: 'whole-role', note: expect.stringContaining('too large when packed') });
    expect(requests.map(({ policy }) => policy)).toEqual(['{"a":1}', undefined]);
  });

  it('of more characters than AWS takes is not even tried', async () => {
    const { narrowing } = await sessions.session({ ...KEY, policy: 'x'.repeat(2_049) });
    expect(narrowing).toEqual({ kind: 'whole-role', note: expect.stringContaining('2049 characters') });
    expect(requests.map(({ policy }) => policy)).toEqual([undefined]);
  });

  it('that was not wanted needs no note', async () => {
    expect((await sessions.session({ ...KEY, policy: undefined })).narrowing).toEqual({ kind: 'whole-role' });
  });
});

describe('fresh credentials by force', () => {
  it('are got once for all who were refused together', async () => {
    const provide = sessions.providerOf(KEY);
    await provide();
    clock.advance(10_000);
    const forced = await Promise.all([provide({ forceRefresh: true }), provide({ forceRefresh: true })]);
    clock.advance(1_000);
    forced.push(await provide({ forceRefresh: true }));
    expect(forced.map(({ accessKeyId }) => accessKeyId)).toEqual(['ASIA2', 'ASIA2', 'ASIA2']);
  });

  it('never are the old ones when STS fails', async () => {
    const provide = sessions.providerOf(KEY);
    await provide();
    clock.advance(10_000);
    failures = Array.from({ length: 6 }, throttled);
    await expect(provide({ forceRefresh: true })).rejects.toMatchObject({ code: 'STS_THROTTLED' });
  });
});

describe('a dropped schema', () => {
  it('loses its sessions and no other does', async () => {
    await keyOf();
    await keyOf({ ...KEY, schema: 'other' });
    sessions.drop('shop');
    expect([await keyOf({ ...KEY, schema: 'other' }), await keyOf()]).toEqual(['ASIA2', 'ASIA3']);
  });

  it('gives nothing more to what began before, also not what is just coming', async () => {
    const older = sessions.providerOf(KEY);
    let open = () => {};
    gate = new Promise((resolve) => {
      open = resolve;
    });
    const coming = older();
    sessions.drop('shop');
    open();
    await expect(coming).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(older()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect((await sessions.providerOf(KEY)()).accessKeyId).toBe('ASIA2');
  });

  it('is like a closed one, which gives nothing at all', async () => {
    sessions.close();
    await expect(keyOf()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
