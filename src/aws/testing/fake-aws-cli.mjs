#!/usr/bin/env node
// A stand-in for the AWS CLI: IAM of one account in the file FAKE_AWS_STATE, for running the generated scripts. It knows only
// what they call, keeps IAM's limits that matter to them, and prints what `--query ... --output text` would.
import { readFileSync, writeFileSync } from 'node:fs';

const file = process.env['FAKE_AWS_STATE'] ?? '';
const state = JSON.parse(readFileSync(file, 'utf8'));
const [service = '', action = '', ...rest] = process.argv.slice(2);
const flags = {};
for (let i = 0; i < rest.length; i++) {
  const name = rest[i].slice(2);
  if (name === 'set-as-default') flags[name] = true;
  else flags[name] = rest[++i];
}
state.calls.push(`${service} ${action}`);

const save = () => writeFileSync(file, JSON.stringify(state));
const end = (text = '', status = 0) => {
  save();
  (status === 0 ? process.stdout : process.stderr).write(text === '' ? '' : `${text}\n`);
  process.exit(status);
};
const refuse = (code) => end(`An error occurred (${code}) when calling the ${action} operation: no`, 254);
const role = () => state.roles[flags['role-name']] ?? refuse('NoSuchEntity');
const policy = () => state.policies[flags['policy-arn']] ?? refuse('NoSuchEntity');
const arn = (kind, name) => `arn:aws:iam::${state.account}:${kind}${flags['path']}${name}`;

if (state.denied?.includes(action)) refuse('AccessDenied');
switch (action) {
  case 'get-caller-identity':
    end(state.account);
    break;
  case 'get-role':
    end(role().arn);
    break;
  case 'list-role-tags':
    end(role().tags.headgate ?? '');
    break;
  case 'create-role': {
    const [, key, value] = /^Key=(.*),Value=(.*)$/.exec(flags['tags']) ?? [];
    state.roles[flags['role-name']] = {
      arn: arn('role', flags['role-name']),
      trust: JSON.parse(flags['assume-role-policy-document']),
      description: flags['description'],
      tags: { [key]: value },
      inline: {},
      attached: [],
    };
    end('{}');
    break;
  }
  case 'update-assume-role-policy':
    role().trust = JSON.parse(flags['policy-document']);
    break;
  case 'put-role-policy':
    role().inline[flags['policy-name']] = JSON.parse(flags['policy-document']);
    break;
  case 'list-role-policies':
    end(Object.keys(role().inline).join('\t'));
    break;
  case 'delete-role-policy':
    delete role().inline[flags['policy-name']];
    break;
  case 'list-attached-role-policies':
    end(
      role()
        .attached.filter((it) => it.includes('-headgate-'))
        .join('\t'),
    );
    break;
  case 'attach-role-policy':
    policy();
    role().attached = [...new Set([...role().attached, flags['policy-arn']])];
    break;
  case 'detach-role-policy':
    role().attached = role().attached.filter((it) => it !== flags['policy-arn']);
    break;
  case 'get-policy':
    policy();
    end('{}');
    break;
  case 'create-policy':
    state.policies[arn('policy', flags['policy-name'])] = {
      next: 2,
      versions: [{ id: 'v1', document: JSON.parse(flags['policy-document']) }],
    };
    break;
  case 'list-policy-versions':
    end(
      policy()
        .versions.slice(1)
        .map((it) => it.id)
        .join('\t'),
    );
    break;
  case 'delete-policy-version':
    policy().versions = policy().versions.filter((it) => it.id !== flags['version-id']);
    break;
  case 'create-policy-version':
    if (policy().versions.length >= 5) refuse('LimitExceeded');
    policy().versions.unshift({ id: `v${policy().next++}`, document: JSON.parse(flags['policy-document']) });
    break;
  default:
    refuse('UnknownAction');
}
end();
