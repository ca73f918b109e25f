import { describe, expect, it } from 'vitest';
import { isInForm } from '../../catalog/text-form.js';
import type { CompareOp, Predicate } from '../plan/conditions/predicate.js';
import { compareParsed } from './parsed-text.js';

const DAYS = ['2024-02-29', '2024-03-01'];
const TIMES = ['09:59:59', '10:00:00', '10:00:01', '10:09:59', '10:10:00', '23:59:59'];
const FRACTIONS = ['', '.5', '.500000', '.49', '.000001', '.999999', '.000', '.5000000'];
const TEXTS = DAYS.flatMap((day) => [
  ...TIMES.filter((time) => time.endsWith(':00')).map((time) => `${day}T${time.slice(0, 5)}`),
  ...TIMES.flatMap((time) =>
    FRACTIONS.flatMap((fraction) =>
      ['', 'Z', '+00:00', '+0000', '+00'].map((zone) => `${day}T${time}${fraction}${zone}`),
    ),
  ),
]);
/** As DuckDB writes them: without the last zeros of a fraction. */
const MOMENTS = DAYS.flatMap((day) =>
  TIMES.flatMap((time) => ['', '.5', '.49', '.000001', '.999999'].map((fraction) => `${day}T${time}${fraction}`)),
);
const OPS: readonly CompareOp[] = ['=', '<>', '<', '<=', '>', '>='];

/** Microseconds, by a way of its own. */
function microsOf(text: string): number {
  const [, minute, second = '00', fraction = ''] =
    /^(.{16})(?::(\d\d))?(?:\.(\d+))?/.exec(text.replace(/(Z|[+].*)$/, '')) ?? [];
  return Date.parse(`${minute}:${second}Z`) * 1000 + Number(fraction.padEnd(6, '0').slice(0, 6));
}

function compare(a: number | string, op: CompareOp, b: number | string): boolean {
  return { '=': a === b, '<>': a !== b, '<': a < b, '<=': a <= b, '>': a > b, '>=': a >= b }[op];
}

function holds(predicate: Predicate, text: string): boolean {
  switch (predicate.kind) {
    case 'and':
      return predicate.terms.every((term) => holds(term, text));
    case 'compare':
      return compare(text, predicate.op, 'S' in predicate.value ? predicate.value.S : '');
    default:
      return predicate.kind === 'present';
  }
}

describe('a moment', () => {
  it.each(OPS)('%s a constant is true of the text whenever it is true of the value', (op) => {
    for (const moment of MOMENTS) {
      const translated = compareParsed({ path: ['at'], as: 'timestamp' }, op, { kind: 'timestamp', text: moment });
      const lost = TEXTS.filter((text) => compare(microsOf(text), op, microsOf(moment)))
        .filter((text) => translated === undefined || !holds(translated.predicate, text))
        .map((text) => `${text} ${op} ${moment}`);
      expect(lost).toEqual([]);
      expect(translated?.exact).toBe(false);
    }
  });

  it.each(OPS.filter((op) => op !== '<>'))('%s a constant reads no more than its own second in vain', (op) => {
    for (const moment of MOMENTS) {
      const translated = compareParsed({ path: ['at'], as: 'timestamp' }, op, { kind: 'timestamp', text: moment });
      const inVain = TEXTS.filter((text) => translated !== undefined && holds(translated.predicate, text)).filter(
        (text) => !compare(microsOf(text), op, microsOf(moment)) && text.slice(0, 16) !== moment.slice(0, 16),
      );
      expect(inVain).toEqual([]);
    }
  });

  it('has no text in another form', () => {
    expect(TEXTS.filter((text) => !isInForm('timestamp', text))).toEqual([]);
  });
});

describe('a date', () => {
  it.each(OPS)('%s a moment is true of the text whenever it is true of its midnight', (op) => {
    for (const moment of MOMENTS) {
      const translated = compareParsed({ path: ['day'], as: 'date' }, op, { kind: 'timestamp', text: moment });
      const days = ['2024-02-28', ...DAYS, '2024-03-02'];
      const lost = days
        .filter((day) => compare(microsOf(`${day}T00:00`), op, microsOf(moment)))
        .filter((day) => translated === undefined || !holds(translated.predicate, day));
      expect(lost).toEqual([]);
      expect(translated?.exact).toBe(false);
    }
  });

  it('is exact only where it must be equal', () => {
    const exact = (op: CompareOp) =>
      compareParsed({ path: ['day'], as: 'date' }, op, { kind: 'date', text: '2024-03-01' });
    expect(OPS.filter((op) => exact(op)?.exact)).toEqual(['=']);
  });
});
