import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PROJECT } from './source-files.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headgate set-up '));
  executable('npm', 'echo "a test must not reach the real npm" >&2; exit 1');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs Node with only the given folder and Node's own on the path. */
function node(args: readonly string[], path = join(folder, 'bin')) {
  const env = { PATH: [path, dirname(process.execPath), '/bin', '/usr/bin'].join(delimiter), HOME: folder };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', env });
  return { status, stdout, stderr };
}

function executable(name: string, script: string): void {
  mkdirSync(join(folder, 'bin'), { recursive: true });
  writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'bin', name), 0o755);
}

describe('system packages', () => {
  const log = () => readFileSync(join(folder, 'log'), 'utf8');

  function install(packages: readonly object[], isRoot: boolean) {
    const script = pathToFileURL(join(PROJECT, 'scripts/setup/system-packages.mjs')).href;
    return node([
      '--input-type=module',
      '-e',
      `import { installSystemPackages } from '${script}';
       installSystemPackages(${JSON.stringify(packages)}, ${isRoot});`,
    ]);
  }

  it('that are missing are installed by apt-get as root, without questions', () => {
    executable('apt-get', `echo "$DEBIAN_FRONTEND $*" >> '${folder}/log'; cp "$0" '${folder}/bin/gauge-command'`);
    const packages = [
      { name: 'gauge', command: 'gauge-command' },
      { name: 'shell', command: 'sh' },
    ];
    expect(install(packages, true)).toMatchObject({
      status: 0,
      stdout: 'setup: installing Debian packages: gauge ...\n',
    });
    expect(log()).toBe('noninteractive update\nnoninteractive install --yes --no-install-recommends gauge\n');
    expect(install(packages, true)).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it('that have no command are there when their check succeeds', () => {
    executable('apt-get', `touch '${folder}/installed'`);
    const packages = [{ name: 'gauge', check: ['test', '-e', join(folder, 'installed')] }];
    expect(install(packages, true)).toMatchObject({ status: 0, stdout: expect.stringContaining('gauge') });
    expect(install(packages, true)).toEqual({ status: 0, stdout: '', stderr: '' });
    const never = [{ name: 'gauge', check: ['false'] }];
    expect(install(never, true)).toMatchObject({ status: 1, stderr: expect.stringContaining('no success of false') });
    expect(install([{ name: 'gauge', check: ['no-such-program'] }], false).stderr).toContain('apt-get install');
  });

  it('that are missing are named with the exact command where they may not be installed', () => {
    executable('apt-get', `echo called >> '${folder}/log'`);
    const { status, stderr } = install([{ name: 'gauge', command: 'gauge-command' }], false);
    expect(status).toBe(1);
    expect(stderr).toContain("sudo sh -c 'apt-get update && apt-get install --yes --no-install-recommends gauge'");
    expect(existsSync(join(folder, 'log'))).toBe(false);
  });

  it('that apt-get cannot install end the set-up', () => {
    executable('apt-get', 'exit 100');
    const { status, stderr } = install([{ name: 'gauge', command: 'gauge-command' }], true);
    expect(status).toBe(1);
    expect(stderr).toContain('apt-get update failed');
  });
});

describe('a clone', () => {
  /** A small project in a folder with a space, with the real scripts and a compiler that only copies. */
  function makeProject(): string {
    const project = join(folder, 'a clone');
    for (const path of ['src', 'node_modules/typescript/bin']) mkdirSync(join(project, path), { recursive: true });
    cpSync(join(PROJECT, 'scripts'), join(project, 'scripts'), { recursive: true });
    const installed = { 'node_modules/typescript': { version: '1.0.0' } };
    const wanted = { '': {}, ...installed, 'node_modules/for-other-platforms': { version: '2.0.0', optional: true } };
    const contents = {
      'package.json': { bin: { headgate: './dist/bin.cjs' } },
      'package-lock.json': { packages: wanted },
      'node_modules/.package-lock.json': { packages: installed },
      'node_modules/typescript/package.json': {},
      'tsconfig.json': {},
      'tsconfig.build.json': {},
    };
    for (const [path, content] of Object.entries(contents)) writeFileSync(join(project, path), JSON.stringify(content));
    writeFileSync(join(project, 'src/bin.cts'), 'first');
    writeFileSync(
      join(project, 'node_modules/typescript/bin/tsc'),
      `const fs = require('node:fs'); fs.mkdirSync('dist'); fs.copyFileSync('src/bin.cts', 'dist/bin.cjs');`,
    );
    return project;
  }
  const setUp = (project: string) => node([join(project, 'scripts/setup.mjs'), 'start']);

  it('is built when its sources have changed, and only then', () => {
    const project = makeProject();
    expect(setUp(project)).toEqual({ status: 0, stdout: 'setup: building ...\n', stderr: '' });
    expect(setUp(project)).toEqual({ status: 0, stdout: '', stderr: '' });
    writeFileSync(join(project, 'src/bin.cts'), 'second');
    expect(setUp(project).stdout).toBe('setup: building ...\n');
    expect(readFileSync(join(project, 'node_modules/.bin/headgate'), 'utf8')).toBe('second');
    rmSync(join(project, 'node_modules/.bin'), { recursive: true });
    expect(setUp(project)).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(existsSync(join(project, 'node_modules/.bin/headgate'))).toBe(true);
  });

  it('gets its packages when one is missing, of another version or not installed to the end', () => {
    const project = makeProject();
    executable('npm', `echo "$*" >> '${folder}/log'; echo 'npm error code ECONNREFUSED' >&2; exit 1`);
    const lock = join(project, 'package-lock.json');
    writeFileSync(lock, readFileSync(lock, 'utf8').replace('1.0.0', '1.0.1'));
    const { status, stdout, stderr } = setUp(project);
    expect({ status, stdout }).toEqual({
      status: 1,
      stdout: 'setup: installing node packages (typescript is not at 1.0.1) ...\n',
    });
    expect(stderr).toMatch(/^setup: the npm package registry cannot be reached \(ECONNREFUSED\)/);

    rmSync(join(project, 'node_modules/typescript/package.json'));
    writeFileSync(lock, readFileSync(lock, 'utf8').replace('1.0.1', '1.0.0'));
    expect(setUp(project).stdout).toContain('node_modules/typescript is missing');
    rmSync(join(project, 'node_modules'), { recursive: true });
    expect(setUp(project).stdout).toContain('none yet');
  });

  it('whose installation does not give what the lockfile says is not used', () => {
    const project = makeProject();
    rmSync(join(project, 'node_modules/.package-lock.json'));
    executable('npm', 'exit 0');
    expect(setUp(project)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('did not follow package-lock.json'),
    });
  });
});

it('the test counter tells passed from failed, and takes no test for a failure', () => {
  const count = (report: object, status: number) => {
    writeFileSync(join(folder, 'report.json'), JSON.stringify(report));
    return node([join(PROJECT, 'scripts/count-tests.mjs'), join(folder, 'report.json'), String(status)]);
  };
  const fine = { status: 'passed', assertionResults: [{}] };
  const broken = { status: 'failed', assertionResults: [] };
  const report = (numPassedTests: number, numFailedTests: number, ...testResults: object[]) => ({
    numPassedTests,
    numFailedTests,
    testResults,
  });
  expect(count(report(3, 0, fine), 0)).toMatchObject({ status: 0, stdout: '3 passed, 0 failed\n' });
  expect(count(report(3, 1, fine), 1)).toMatchObject({ status: 1, stdout: '3 passed, 1 failed\n' });
  expect(count(report(3, 0, fine, broken), 1)).toMatchObject({ status: 1, stdout: '3 passed, 1 failed\n' });
  expect(count(report(0, 0), 0)).toMatchObject({ status: 1, stdout: '0 passed, 0 failed\n' });
});
