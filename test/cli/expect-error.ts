import { expect } from 'vitest';
import { ERROR_KINDS, type ErrorCode } from '../../src/base/errors/registry.js';
import type { Outcome } from './workplace.js';

/**
 * Checks that a program ended in just one error: with the exit status of its code, with the words, with advice (a hint, or
 * the place in the statement), without rows and without a stack trace.
 */
export function expectError(outcome: Outcome, code: ErrorCode, ...words: readonly string[]): void {
  const { status, stdout, stderr } = outcome;
  for (const word of words) expect(stderr).toContain(word);
  expect(stderr).toMatch(new RegExp(`^code: ${code}$`, 'm'));
  expect(stderr.match(/^error: /gm)).toHaveLength(1);
  expect(stderr).toMatch(/^error: [^\n]+\n/);
  expect(stderr).toMatch(/^hint: |^ {4,}\| *\^$/m);
  expect(stderr).not.toMatch(/^ +at |node_modules|\.js:\d/m);
  expect(stdout).toBe('');
  expect(status).toBe(ERROR_KINDS[code].exitStatus);
}
