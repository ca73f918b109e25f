import { expect, it } from 'vitest';
import { ERROR_KINDS, type ErrorKind } from '../src/base/errors/registry.js';
import { readSourceFiles, readText } from './source-files.js';

function row(code: string, { exitStatus, httpStatus, sqlState, retryable, summary }: ErrorKind): string {
  return `| \`${code}\` | ${exitStatus} | ${httpStatus} | ${sqlState} | ${retryable ? 'yes' : 'no'} | ${summary} |`;
}

it('docs/errors.md has just the codes of the registry, in its order and with its words', () => {
  const documented = readText('docs/errors.md')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  expect(documented).toEqual(Object.entries(ERROR_KINDS).map(([code, kind]) => row(code, kind)));
});

it('every code of the registry can happen: some source file uses it', () => {
  const text = readSourceFiles()
    .filter(({ isTest, path }) => !isTest && path !== 'base/errors/registry.ts')
    .map((file) => file.text)
    .join('\n');
  expect(Object.keys(ERROR_KINDS).filter((code) => !text.includes(`'${code}'`))).toEqual([]);
});
