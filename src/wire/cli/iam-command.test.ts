import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { CommandContext } from './command-context.js';
import { addIamCommand } from './iam-command.js';

const CALLER = 'arn:aws:sts::999988887777:assumed-role/headgate/i-0abc';

interface Scene {
  readonly env?: Readonly<Record<string, string>>;
  readonly callerArn?: (region: string) => Promise<string>;
}

async function iam(args: readonly string[], { env = {}, callerArn = async () => CALLER }: Scene = {}) {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const never = async () => {
    throw new Error('not for this command');
  };
  const context: CommandContext = {
    terminal: {
      stdin: Readable.from([]),
      stdout,
      stderr,
      env,
      cwd: '/',
      onInterrupt: () => () => {},
      exitNow: () => {},
    },
    signal: new AbortController().signal,
    openGateway: never,
    serve: never,
    rotateKey: never,
    verifyOwnTrail: never,
    renderPlan: never,
    runUp: never,
  };
  const program = new Command().exitOverride().configureOutput({ outputError: () => {} });
  addIamCommand(program, context, { callerArn });
  await program.parseAsync(['iam', 'policy', ...args], { from: 'user' });
  return { stdout: await text(stdout.end()), stderr: await text(stderr.end()) };
}

const PLACE = ['--account', '123456789012', '--region', 'eu-central-1'];

describe('headgate iam policy', () => {
  it('writes a script that trusts whoever Headgate is, and says what is new on standard error', async () => {
    const { stdout, stderr } = await iam([...PLACE, '--tables', 'orders, customers']);
    expect(stdout).toMatch(/^#!\/usr\/bin\/env bash\n/);
    expect(stdout).toContain('"AWS": "arn:aws:iam::999988887777:role/headgate"');
    expect(stdout).toContain('table/customers"');
    const [, externalId = 'none'] = /The external ID is new: (.+)/.exec(stderr) ?? [];
    expect(stdout).toContain(`"sts:ExternalId": "${externalId}"`);
    expect(stderr).toContain('The role will be arn:aws:iam::123456789012:role/HeadgateReadRole.\n');
  });

  it('gives the same bytes for the same arguments', async () => {
    const args = [...PLACE, '--tables', '*', '--external-id', 'headgate-1', '--format', 'terraform', '--access', 'RW'];
    const [one, other] = [await iam(args), await iam(args)];
    expect(one).toEqual(other);
    expect(one.stderr).not.toContain('external ID');
  });

  it('passes every choice on', async () => {
    const { stdout } = await iam([
      ...PLACE,
      ...[
        '--tables',
        'orders',
        '--access',
        'RWA',
        '--format',
        'json',
        '--external-id',
        'headgate-1',
        '--schema',
        'shop',
      ],
      ...[
        '--role',
        '/teams/Writer',
        '--trust-account',
        '--source-identity',
        '--no-catalog-extras',
        '--deny-full-scans',
      ],
    ]);
    const whole = JSON.parse(stdout);
    expect(whole).toMatchObject({
      schema: 'shop',
      access: 'RWA',
      roleArn: 'arn:aws:iam::123456789012:role/teams/Writer',
    });
    expect(whole.trustPolicy.Statement.map((it: { Sid: string }) => it.Sid)).toEqual([
      'AllowHeadgateAssumeRole',
      'AllowHeadgateSetSourceIdentity',
    ]);
    expect(whole.trustPolicy.Statement[0].Principal).toEqual({ AWS: 'arn:aws:iam::999988887777:root' });
    expect(whole.permissionPolicies[0].document.Statement.map((it: { Sid: string }) => it.Sid)).toEqual([
      'HeadgateTables',
      'HeadgateIndexes',
      'DenyScan',
      'DenyFullTableScanByPartiQL',
    ]);
  });

  it.each([
    ['999988887777', 'arn:aws:iam::999988887777:root'],
    ['arn:aws:iam::999988887777:user/machines/headgate', 'arn:aws:iam::999988887777:user/machines/headgate'],
  ])('asks nobody where --trust says whom to trust: %s', async (trust, arn) => {
    const callerArn = () => Promise.reject(new Error('asked'));
    const { stdout } = await iam([...PLACE, '--tables', 'orders', '--trust', trust, '--format', 'json'], { callerArn });
    expect(JSON.parse(stdout).trustPolicy.Statement[0].Principal).toEqual({ AWS: arn });
  });

  it('takes the region of the environment, and asks STS there', async () => {
    const asked: string[] = [];
    const callerArn = async (region: string) => {
      asked.push(region);
      return 'arn:aws-cn:iam::999988887777:user/headgate';
    };
    const args = ['--account', '123456789012', '--tables', 'orders', '--format', 'json'];
    const { stdout } = await iam(args, { env: { AWS_REGION: 'cn-north-1' }, callerArn });
    expect(asked).toEqual(['cn-north-1']);
    expect(JSON.parse(stdout).roleArn).toBe('arn:aws-cn:iam::123456789012:role/HeadgateReadRole');
    await expect(iam(args)).rejects.toMatchObject({ code: 'USAGE', hint: expect.stringContaining('--region') });
  });

  it.each([
    [
      ['--account', '1234', '--region', 'eu-central-1a', '--tables', 'a,b c'],
      ['12 digits', 'eu-central-1.', '" "', 'has 1'],
    ],
    [[...PLACE, '--tables', 'orders,orders'], ['twice']],
    [[...PLACE, '--tables', 'orders', '--trust', '*'], ['looks like']],
    [['--account', '123456789012', '--region', 'cn-north-1', '--tables', 'orders'], ['partition aws,']],
  ])('tells everything that is wrong at once: %j', async (args, parts) => {
    const error = await iam(args).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(HeadgateError);
    expect(error).toMatchObject({ code: 'ROLE_INVALID' });
    for (const part of parts) expect(String((error as HeadgateError).detail)).toContain(part); // checked above
  });

  it('names the nearest access code', async () => {
    await expect(iam([...PLACE, '--tables', 'orders', '--access', 'metdata'])).rejects.toThrow(
      'Did you mean metadata?',
    );
  });
});
