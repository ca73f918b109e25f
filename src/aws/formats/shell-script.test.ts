import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PolicyDocument } from '../policy/document.js';
import { planRole, type RoleSetup } from '../role-setup.js';
import { renderShellScript, shellWord } from './shell-script.js';

const SETUP: RoleSetup = {
  schema: 'shop',
  region: 'eu-central-1',
  accountId: '123456789012',
  roleName: '/teams/HeadgateReadRole',
  tables: ['orders'],
  access: 'R',
  externalId: 'headgate-first',
  principal: { kind: 'arn', arn: 'arn:aws:iam::999988887777:role/headgate' },
  sourceIdentity: false,
  catalogExtras: true,
  denyFullScans: false,
};
const ROLE_ARN = 'arn:aws:iam::123456789012:role/teams/HeadgateReadRole';

interface Role {
  readonly arn: string;
  readonly trust: PolicyDocument;
  readonly tags: Record<string, string>;
  readonly inline: Record<string, PolicyDocument>;
  readonly attached: readonly string[];
}

interface Iam {
  readonly account: string;
  readonly roles: Record<string, Role>;
  readonly policies: Record<string, { readonly versions: readonly { readonly document: PolicyDocument }[] }>;
  readonly calls: readonly string[];
  readonly denied?: readonly string[];
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headgate-iam-'));
  copyFileSync(fileURLToPath(new URL('../testing/fake-aws-cli.mjs', import.meta.url)), join(folder, 'aws.mjs'));
  writeFileSync(join(folder, 'aws'), `#!/bin/sh\nexec node '${folder}/aws.mjs' "$@"\n`);
  chmodSync(join(folder, 'aws'), 0o755);
  become({ account: SETUP.accountId, roles: {}, policies: {}, calls: [] });
});
afterEach(() => rmSync(folder, { recursive: true }));

function become(iam: Iam): void {
  writeFileSync(join(folder, 'iam.json'), JSON.stringify(iam));
}

function iam(): Iam {
  return JSON.parse(readFileSync(join(folder, 'iam.json'), 'utf8'));
}

function run(setup: RoleSetup) {
  const env = {
    PATH: [folder, dirname(process.execPath), '/bin', '/usr/bin'].join(delimiter),
    FAKE_AWS_STATE: join(folder, 'iam.json'),
  };
  const input = renderShellScript(planRole(setup));
  const { status, stdout, stderr } = spawnSync('bash', ['-s'], { input, encoding: 'utf8', env, cwd: folder });
  return { status, stdout, stderr };
}

const tables = (count: number) => Array.from({ length: count }, (_, i) => `tenant-${i + 1}.orders.and.more`);

describe('the script', () => {
  it('makes the role with its trust, its tag and its permissions', () => {
    expect(run(SETUP)).toEqual({ status: 0, stdout: `The role is ready: ${ROLE_ARN}\n`, stderr: '' });
    const { trustPolicy, policies } = planRole(SETUP);
    expect(iam().roles).toEqual({
      HeadgateReadRole: {
        arn: ROLE_ARN,
        trust: trustPolicy,
        description: 'Gives Headgate access R on tables in eu-central-1, for its schema shop.',
        tags: { headgate: 'shop' },
        inline: { HeadgateAccess: policies.policies[0]?.document },
        attached: [],
      },
    });
  });

  it('brings the role to another plan when it is run again', () => {
    run(SETUP);
    const other = { ...SETUP, externalId: 'headgate-second', tables: ['customers'] };
    expect(run(other)).toMatchObject({ status: 0, stderr: '' });
    const { trustPolicy, policies } = planRole(other);
    expect(iam().roles['HeadgateReadRole']).toMatchObject({
      trust: trustPolicy,
      inline: { HeadgateAccess: policies.policies[0]?.document },
    });
  });

  it('moves between a policy in the role and managed ones, and leaves none behind', () => {
    run(SETUP);
    for (const count of [120, 60]) {
      expect(run({ ...SETUP, tables: tables(count) })).toMatchObject({ status: 0, stderr: '' });
      const { policies } = planRole({ ...SETUP, tables: tables(count) });
      expect(policies.kind).toBe('managed');
      const role = iam().roles['HeadgateReadRole'];
      expect(role?.inline).toEqual({});
      expect(role?.attached.map((arn) => iam().policies[arn]?.versions[0]?.document)).toEqual(
        policies.policies.map(({ document }) => document),
      );
    }
    expect(run(SETUP)).toMatchObject({ status: 0, stderr: '' });
    expect(iam().roles['HeadgateReadRole']).toMatchObject({ attached: [], inline: { HeadgateAccess: {} } });
  });

  it('leaves policies that others attached to the role', () => {
    run(SETUP);
    const others = [
      'arn:aws:iam::aws:policy/Audit',
      'arn:aws:iam::123456789012:policy/HeadgateReadRole-headgate-extra',
    ];
    const { HeadgateReadRole } = iam().roles;
    if (HeadgateReadRole === undefined) throw new Error('no role');
    become({ ...iam(), roles: { HeadgateReadRole: { ...HeadgateReadRole, attached: others } } });
    expect(run({ ...SETUP, tables: tables(60) })).toMatchObject({ status: 0, stderr: '' });
    expect(run(SETUP)).toMatchObject({ status: 0, stderr: '' });
    expect(iam().roles['HeadgateReadRole']?.attached).toEqual(others);
  });

  it('keeps within the five versions of a managed policy, however often it is run', () => {
    for (let i = 0; i < 7; i++) expect(run({ ...SETUP, tables: tables(60) })).toMatchObject({ status: 0, stderr: '' });
    const policies = Object.values(iam().policies);
    expect(policies.length).toBeGreaterThan(1);
    expect(policies.map(({ versions }) => versions.length)).toEqual(policies.map(() => 5));
  }, 60_000);

  it('stops before it changes anything with credentials of another account', () => {
    become({ account: '210987654321', roles: {}, policies: {}, calls: [] });
    expect(run(SETUP)).toEqual({
      status: 1,
      stdout: '',
      stderr: 'These credentials are of account 210987654321; the role belongs into 123456789012.\n',
    });
    expect(iam().calls).toEqual(['sts get-caller-identity']);
  });

  const role: Role = {
    arn: ROLE_ARN,
    trust: { Version: '2012-10-17', Statement: [] },
    tags: {},
    inline: {},
    attached: [],
  };

  it('never opens a role that was not made for Headgate', () => {
    become({ ...iam(), roles: { HeadgateReadRole: role } });
    const { status, stderr } = run(SETUP);
    expect({ status, roles: iam().roles }).toEqual({ status: 1, roles: { HeadgateReadRole: role } });
    expect(stderr).toContain('was not made for Headgate');
  });

  it('stops at a role of the same name with another path', () => {
    const elsewhere = { ...role, arn: 'arn:aws:iam::123456789012:role/HeadgateReadRole', tags: { headgate: 'shop' } };
    become({ ...iam(), roles: { HeadgateReadRole: elsewhere } });
    expect(run(SETUP)).toMatchObject({ status: 1, stderr: expect.stringContaining('another path') });
    expect(iam().roles).toEqual({ HeadgateReadRole: elsewhere });
  });

  it('does not take a refusal to look for a role that is not there', () => {
    become({ ...iam(), denied: ['get-role'] });
    expect(run(SETUP)).toMatchObject({ status: 1, stderr: expect.stringContaining('AccessDenied') });
    expect(iam().roles).toEqual({});
  });

  it('ends with a failure when IAM refuses a step', () => {
    become({ ...iam(), denied: ['put-role-policy'] });
    expect(run(SETUP)).toMatchObject({ stdout: '', status: 254 });
  });
});

describe('shellWord', () => {
  it('is one word for bash, whatever is in it', () => {
    const text = fc.string({ unit: 'binary' }).map((each) => each.replaceAll('\0', ''));
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 50 }), (texts) => {
        const input = `printf '%s\\0' ${texts.map(shellWord).join(' ')}`;
        const { stdout } = spawnSync('bash', ['-s'], { input, encoding: 'utf8' });
        expect(stdout.split('\0').slice(0, -1)).toEqual(texts);
      }),
      { numRuns: 20 },
    );
  });
});
