import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { ROLE_FORMATS, renderRole } from '../../../src/aws/formats/render-role.js';
import { planRole } from '../../../src/aws/role-setup.js';
import { SETUPS } from './setups.js';

// The parser that Terraform uses, as a library. It is CommonJS, and tells no types of what it finds.
const { parse: parseHcl }: typeof import('@cdktf/hcl2json') = createRequire(import.meta.url)('@cdktf/hcl2json');

const FOLDER = new URL('./', import.meta.url);
const REWRITE = process.env['HEADGATE_REWRITE_GOLDEN'] === '1';
const plans = Object.entries(SETUPS).map(([name, setup]) => ({ name, plan: planRole(setup) }));

describe.each(plans)('$name', ({ name, plan }) => {
  it.each(ROLE_FORMATS)('is written as it is kept: %s', (format) => {
    const file = new URL(`${name}.${format}.golden`, FOLDER);
    const text = renderRole(plan, format);
    if (REWRITE) writeFileSync(file, text);
    else expect(text).toBe(readFileSync(file, 'utf8'));
    expect(text.endsWith('\n')).toBe(true);
  });

  it('is a script in which shellcheck finds nothing', () => {
    const script = renderRole(plan, 'cli');
    expect(execFileSync('shellcheck', ['--severity=style', '-'], { input: script, encoding: 'utf8' })).toBe('');
  });

  it('has the same policies in every format', async () => {
    const expected = [plan.trustPolicy, ...plan.policies.policies.map(({ document }) => document)];
    expect(policiesOfScript(renderRole(plan, 'cli'))).toEqual(expected);
    expect(policiesOfScript(renderRole(plan, 'console'))).toEqual([...expected, plan.callerPolicy]);
    expect(policiesOfTemplate(parseYaml(renderRole(plan, 'cloudformation')))).toEqual(expected);
    expect(await policiesOfModule(await parseHcl('role.tf', renderRole(plan, 'terraform')))).toEqual(expected);
    const whole = JSON.parse(renderRole(plan, 'json'));
    expect([whole.trustPolicy, ...whole.permissionPolicies.map((it: { document: unknown }) => it.document)]).toEqual(
      expected,
    );
  });
});

it('has no kept text of a set-up that is no more', () => {
  const kept = readdirSync(FOLDER).filter((name) => name.endsWith('.golden'));
  expect(kept.toSorted()).toEqual(
    plans.flatMap(({ name }) => ROLE_FORMATS.map((format) => `${name}.${format}.golden`)).toSorted(),
  );
});

/** Texts between a line of an opening brace and the next line of a closing one. */
function policiesOfScript(text: string): unknown[] {
  return (text.match(/^\{$.*?^\}$/gms) ?? []).filter((it) => it.includes('"Version"')).map((json) => JSON.parse(json));
}

interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: Record<string, unknown> }>>;
}

function policiesOfTemplate({ Resources }: Template): unknown[] {
  const role = Resources['HeadgateRole']?.Properties ?? {};
  const inline = (role['Policies'] ?? []) as { readonly PolicyDocument: unknown }[]; // as the template is specified
  const managed = Object.values(Resources).filter(({ Type }) => Type === 'AWS::IAM::ManagedPolicy');
  const documents = [...inline, ...managed.map((it) => it.Properties as { readonly PolicyDocument: unknown })];
  return [role['AssumeRolePolicyDocument'], ...documents.map((it) => it.PolicyDocument)];
}

/** The parser leaves a call of a function as text, `${jsonencode({...})}`; what is in it is parsed once more. */
async function policiesOfModule(parsed: Record<string, unknown>): Promise<unknown[]> {
  // Blocks by type and name, of attributes that are texts here, as the parser is documented.
  const { aws_iam_role, aws_iam_role_policy, aws_iam_policy } = parsed['resource'] as Record<
    string,
    Record<string, Record<string, string>[]>
  >;
  const texts = [
    aws_iam_role?.['headgate']?.[0]?.['assume_role_policy'],
    ...Object.values({ ...aws_iam_role_policy, ...aws_iam_policy }).map(([block]) => block?.['policy']),
  ];
  return Promise.all(
    texts.map(async (text) => {
      const [, expression] = /^\$\{jsonencode\((.*)\)\}$/s.exec(text ?? '') ?? [];
      return (await parseHcl('policy.tf', `policy = ${expression}\n`))['policy'];
    }),
  );
}
