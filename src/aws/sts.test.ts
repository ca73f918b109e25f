import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connectSts, type OwnCredentials, type Sts } from './sts.js';
import { isExpired, isPassing, isPolicyTooLarge } from './sts-error.js';
import { fakeStsEndpoint, type StsAnswer, stsCaller, stsRefusal, stsSession } from './testing/fake-sts-endpoint.js';

const never = new AbortController().signal;
const KEYS: OwnCredentials = { kind: 'keys', accessKeyId: 'AKIAOWN', secretAccessKey: 'secret' };
const EXPIRATION = new Date('2026-01-01T01:00:00Z');
const SESSION = stsSession({ accessKeyId: 'ASIA1', expiration: EXPIRATION, sessionName: 'user-alice' });
const REQUEST = { roleArn: 'arn:aws:iam::123456789012:role/Reader', sessionName: 'user-alice', durationSeconds: 900 };

const closers: (() => void | Promise<void>)[] = [];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headgate-sts-'));
  for (const name of ['AWS_PROFILE', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'])
    vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'));
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'credentials'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of closers.splice(0).reverse()) await close();
  rmSync(folder, { recursive: true });
});

async function stsThat(answers: StsAnswer, credentials = KEYS) {
  const authorizations: string[] = [];
  const server = await fakeStsEndpoint((_, { authorization }) => {
    authorizations.push(authorization);
    return answers;
  });
  const sts = connectSts({ region: 'eu-central-1', endpoint: server.endpoint, credentials });
  closers.push(server.close, sts.close);
  return { sts, authorizations, requests: server.requests };
}

describe('STS', () => {
  it('is asked for a session with just what the request says', async () => {
    const { sts, requests, authorizations } = await stsThat(SESSION);
    expect(await sts.assumeRole(REQUEST, never)).toEqual({
      credentials: {
        accessKeyId: 'ASIA1',
        secretAccessKey: 'secret',
        sessionToken: 'token-of-ASIA1',
        expiration: EXPIRATION,
      },
      arn: 'arn:aws:sts::123456789012:assumed-role/Reader/user-alice',
      packedPolicyPercent: 7,
    });
    const whole = { ...REQUEST, externalId: 'headgate-1', sourceIdentity: 'user-alice', policy: '{}' };
    await sts.assumeRole(whole, never);
    expect(requests.map((it) => Object.fromEntries(it))).toEqual([
      {
        Action: 'AssumeRole',
        Version: '2011-06-15',
        RoleArn: REQUEST.roleArn,
        RoleSessionName: 'user-alice',
        DurationSeconds: '900',
      },
      expect.objectContaining({ ExternalId: 'headgate-1', SourceIdentity: 'user-alice', Policy: '{}' }),
    ]);
    expect(authorizations[0]).toContain('/eu-central-1/sts/aws4_request');
  });

  it('tells whose the credentials are, also of a profile', async () => {
    writeFileSync(
      join(folder, 'credentials'),
      '[other]\naws_access_key_id = AKIAOTHER\naws_secret_access_key = secret\n',
    );
    const arn = 'arn:aws:iam::123456789012:user/headgate';
    const { sts, authorizations } = await stsThat(stsCaller(arn), { kind: 'default', profile: 'other' });
    expect(await sts.callerArn(never)).toBe(arn);
    expect(authorizations[0]).toContain('Credential=AKIAOTHER/');
  });

  it.each([
    [stsRefusal(403, 'AccessDenied', 'User x is not authorized'), 'ROLE_REFUSED'],
    [stsRefusal(403, 'ExpiredToken'), 'CREDENTIALS_REJECTED'],
    [stsRefusal(403, 'InvalidClientTokenId'), 'CREDENTIALS_REJECTED'],
    [stsRefusal(403, 'SignatureDoesNotMatch'), 'CREDENTIALS_REJECTED'],
    [stsRefusal(400, 'Throttling'), 'STS_THROTTLED'],
    [stsRefusal(403, 'RegionDisabledException'), 'STS_REJECTED'],
    [stsRefusal(400, 'PackedPolicyTooLarge'), 'STS_REJECTED'],
    [stsRefusal(400, 'ValidationError'), 'STS_REJECTED'],
    [stsRefusal(500, 'InternalFailure'), 'STS_FAILED'],
    [{ status: 503, xml: 'no XML' }, 'STS_FAILED'],
  ] as const)('is asked once, and its refusal is told by code: %o %s', async (answer, code) => {
    const { sts, requests } = await stsThat(answer);
    const error = await failureOf(sts);
    expect(error).toMatchObject({ code });
    expect(requests).toHaveLength(1);
    expect([isPassing(error), isExpired(error), isPolicyTooLarge(error)]).toEqual([
      code === 'STS_THROTTLED' || code === 'STS_FAILED',
      answer.xml.includes('ExpiredToken'),
      answer.xml.includes('PackedPolicyTooLarge'),
    ]);
  });

  it('that cannot be reached is ENDPOINT_UNREACHABLE', async () => {
    const server = await fakeStsEndpoint(() => SESSION);
    await server.close();
    const sts = connectSts({ region: 'eu-central-1', endpoint: server.endpoint, credentials: KEYS });
    closers.push(sts.close);
    expect(await failureOf(sts)).toMatchObject({ code: 'ENDPOINT_UNREACHABLE' });
  });

  it('without own credentials is CREDENTIALS_MISSING', async () => {
    const { sts } = await stsThat(SESSION, { kind: 'default' });
    expect(await failureOf(sts)).toMatchObject({ code: 'CREDENTIALS_MISSING' });
  });

  it('is CANCELLED when the signal is aborted', async () => {
    const { sts } = await stsThat(SESSION);
    await expect(sts.assumeRole(REQUEST, AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

function failureOf(sts: Sts): Promise<unknown> {
  return sts.assumeRole(REQUEST, never).then(
    () => undefined,
    (error: unknown) => error,
  );
}
