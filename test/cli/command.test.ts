import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectError } from './expect-error.js';
import { openWorkplace, type Workplace } from './workplace.js';

let workplace: Workplace;
beforeAll(async () => {
  workplace = await openWorkplace();
});
afterAll(() => workplace?.close());

describe('help and version', () => {
  test('are printed and start nothing', async () => {
    const version = await workplace.headgate(['--version']);
    expect(version).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: '' });
    for (const args of [['--help'], ['query', '--help'], ['help', 'up']]) {
      const help = await workplace.headgate(args);
      expect(help).toMatchObject({ status: 0, stdout: expect.stringContaining('Examples:'), stderr: '' });
    }
    expect(await readdir(workplace.cwd)).toEqual([]);
  });

  test('are the answer to no command at all, as an error', async () => {
    const { status, stderr } = await workplace.headgate([]);
    expect(status).toBe(2);
    expect(stderr).toContain('Usage: headgate');
  });
});

describe('a mistake on the command line', () => {
  test.each([
    [['qurey', 'SELECT 1'], 'Did you mean query?'],
    [['query', '--formt', 'csv', 'SELECT 1'], 'Did you mean --format?'],
    [['query', '--format', 'cvs', 'SELECT 1'], 'Did you mean csv?'],
    [['query'], 'There is no statement.'],
    [['query', 'SELECT 1', '--file', 'x.sql'], 'given twice'],
    [['query', 'SELECT ?', '--param', 'a=1', '--param', '2'], 'mixed'],
    [['query', '--timeout', 'soon', 'SELECT 1'], '500ms'],
    [['up', '--port', '99999'], '65535'],
  ])('%j', async (args, words) => {
    expectError(await workplace.headgate(args), 'USAGE', words);
  });

  test('that concerns parameters is told with the place in the statement', async () => {
    const config = await writeConfig('schemas: [{ name: x, region: us-east-1 }]');
    const asked = await workplace.headgate(['query', '--config', config, 'SELECT 1,\n ?']);
    expectError(asked, 'PARAMETER_INVALID', 'no value for the parameter ?', '  2 |  ?\n    |  ^\n');
    const given = await workplace.headgate(['query', '--config', config, 'SELECT 1', '--param', '1']);
    expectError(given, 'PARAMETER_INVALID', 'no parameter number 1');
  });
});

test('init writes a headgate.yaml that works, and does not overwrite one', async () => {
  const cwd = join(workplace.cwd, 'init');
  await mkdir(cwd);
  const init = await workplace.headgate(['init'], { cwd });
  const path = join(cwd, 'headgate.yaml');
  expect(init).toMatchObject({ status: 0, stdout: '', stderr: `Wrote ${path}. Try it: headgate tables\n` });
  const text = await readFile(path, 'utf8');
  expect(text).toContain('name: demo');
  expect(await workplace.headgate(['tables'], { cwd })).toMatchObject({ status: 0, stderr: '' });

  await writeFile(path, 'mine');
  expectError(await workplace.headgate(['init'], { cwd }), 'FILE_ERROR', 'exists already', '--force');
  expect(await readFile(path, 'utf8')).toBe('mine');
  expect((await workplace.headgate(['init', '--force'], { cwd })).status).toBe(0);
  expect(await readFile(path, 'utf8')).toBe(text);
});

async function writeConfig(text: string, name = 'some.yaml'): Promise<string> {
  await writeFile(join(workplace.cwd, name), text);
  return name;
}

describe('a mistake in the configuration', () => {
  test.each([
    ['an unknown key', 'schemas:\n  - name: a\n    regoin: eu-west-1\n', ':3:5', 'regoin', 'region'],
    [
      'a name that is taken',
      'schemas:\n  - name: a\n    region: us-east-1\n  - name: A\n    region: us-east-1\n',
      ':4:',
      'A',
    ],
    ['a bad value', 'schemas:\n  - name: a\n    region: us-east-1\nlimits:\n  timeout: soon\n', ':5:12', '500ms'],
    ['a bad endpoint', 'schemas:\n  - name: a\n    endpoint: embeded\n', ':3:15', 'embedded'],
    [
      'a grant on nothing',
      'schemas:\n  - name: sales\n    region: us-east-1\ngrants:\n  - { grantee: local, object: sale, access: R }\n',
      ':5:',
      'sales',
    ],
    ['a variable that is not set', `schemas:\n  - name: a\n    region: \${NOT_SET}\n`, ':3:', 'NOT_SET'],
    ['broken YAML', 'schemas:\n  - name: [a\n', ':3:1 not valid YAML'],
    [
      'a type that is none',
      'schemas:\n  - name: a\n    region: us-east-1\n    columns:\n      t:\n        c: varchr\n',
      ':6:',
      'varchar',
    ],
  ])('%s is told with file, line and what is right', async (_name, text, place, ...words) => {
    const config = await writeConfig(text);
    expectError(
      await workplace.headgate(['tables', '--config', config]),
      'CONFIG_INVALID',
      `some.yaml${place}`,
      ...words,
    );
  });

  test('is also told when there are several, each with its line', async () => {
    const config = await writeConfig('schemas:\n  - nam: a\n    regoin: x\nlimit: {}\n');
    const outcome = await workplace.headgate(['tables', '--config', config]);
    expectError(outcome, 'CONFIG_INVALID', ':2:', ':3:', ':4:', 'limits');
  });

  test('is a file that does not exist, from the option or from HEADGATE_CONFIG', async () => {
    expectError(await workplace.headgate(['tables', '--config', 'none.yaml']), 'CONFIG_NOT_FOUND', 'none.yaml');
    const env = { HEADGATE_CONFIG: 'gone.yaml' };
    expectError(await workplace.headgate(['tables'], { env }), 'CONFIG_NOT_FOUND', 'gone.yaml');
  });

  test('is a state directory that cannot be made', async () => {
    await writeFile(join(workplace.cwd, 'file'), '');
    const env = { HEADGATE_HOME: join(workplace.cwd, 'file', 'home') };
    expectError(await workplace.headgate(['tables'], { env }), 'FILE_ERROR', 'HEADGATE_HOME');
  });
});
