import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
let folder: string;

/** Refuses to load what `--help` must not load. */
const GUARD = `data:text/javascript,${encodeURIComponent(`
import { register } from 'node:module';
register('data:text/javascript,' + encodeURIComponent(\`
export async function resolve(specifier, context, next) {
  if (/^(@duckdb|@aws-sdk|apache-arrow|zod|yaml)(\\\\/|$)/.test(specifier)) throw new Error('loaded ' + specifier);
  return next(specifier, context);
}\`));
`)}`;

// Compiled inside node_modules, so that packages are found and the working tree's own dist is left alone.
beforeAll(() => {
  const cache = join(ROOT, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  folder = mkdtempSync(join(cache, 'main-test-'));
  copyFileSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', join(folder, 'dist')], { cwd: ROOT });
});
afterAll(() => rmSync(folder, { recursive: true }));

function node(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  return { status, stdout, stderr };
}

test.each([['--help'], ['--version'], ['query', '--help']])('%s %s loads nothing heavy', (...args) => {
  expect(node('--import', GUARD, 'dist/main.js', ...args)).toMatchObject({ status: 0, stderr: '' });
});

test('a command that needs the configuration is stopped by the same guard, so the guard does guard', () => {
  const { status, stderr } = node('--import', GUARD, 'dist/main.js', 'tables');
  expect(status).toBe(70);
  expect(stderr).toMatch(/loaded (zod|yaml)/);
  expect(node('--import', GUARD, '--input-type=module', '-e', 'await import("@duckdb/node-api")').stderr).toContain(
    'loaded @duckdb',
  );
});

test('a usage error ends the process with its status and without a stack trace', () => {
  const { status, stdout, stderr } = node('dist/main.js', 'query', '--formt', 'csv');
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toBe("error: unknown option '--formt'\nhint: Did you mean --format?\ncode: USAGE\n");
});
