import type { ParsedForm } from '../../catalog/text-form.js';
import type { AttributePath, CompareOp, Predicate, Translated } from '../plan/conditions/predicate.js';
import type { Constant } from './constants.js';

/**
 * What DynamoDB can be asked when SQL compares a column that is parsed from text. The texts of a type are in the order of
 * their values, so comparisons are those of texts. A range is never exact, because texts that are no such value lie
 * between, and read as NULL. Undefined for a constant of another type.
 */
export function compareParsed(
  { path, as }: { readonly path: AttributePath; readonly as: ParsedForm },
  op: CompareOp,
  constant: Constant,
): Translated | undefined {
  if (constant.kind === 'timestamp' && as === 'timestamp') return compareMoments(path, op, constant.text);
  if (constant.kind === 'timestamp' && as === 'date') return compareDayOf(path, op, constant.text);
  return constant.kind === as ? compareTexts(path, op, constant.text) : undefined;
}

/** A date compared with a moment is its midnight: whatever the moment's time, its own day is on the right side or next to it. */
function compareDayOf(path: AttributePath, op: CompareOp, moment: string): Translated {
  if (op === '<>') return { predicate: { kind: 'present', path, type: 'S' }, exact: false };
  const orEqual = op === '<' || op === '>' ? (`${op}=` as const) : op;
  return { ...compareTexts(path, orEqual, moment.slice(0, 10)), exact: false };
}

/** A date or UUID has one spelling. */
function compareTexts(path: AttributePath, op: CompareOp, text: string): Translated {
  const comparison: Predicate = { kind: 'compare', path, op, value: { S: text } };
  if (op !== '<>') return { predicate: comparison, exact: op === '=' };
  return { predicate: { kind: 'and', terms: [{ kind: 'present', path, type: 'S' }, comparison] }, exact: false };
}

/**
 * A moment has several spellings: with and without seconds, fractions and their last zeros, and Z, which sorts after a
 * fraction. All of them begin with the shortest one without its fraction, and those of one second lie together.
 */
function compareMoments(path: AttributePath, op: CompareOp, text: string): Translated {
  const shortest = text
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '')
    .replace(/(T\d\d:\d\d):00$/, '$1');
  const [second = text] = text.split('.');
  const from: Predicate = { kind: 'compare', path, op: '>=', value: { S: shortest } };
  const isWholeSecond = !shortest.includes('.');
  const until = (before: string): Predicate => ({ kind: 'compare', path, op: '<', value: { S: before } });
  switch (op) {
    case '=':
      return { predicate: { kind: 'and', terms: [from, until(afterAllOf(second))] }, exact: false };
    case '<':
      return { predicate: until(isWholeSecond ? shortest : afterAllOf(second)), exact: false };
    case '<=':
      return { predicate: until(afterAllOf(second)), exact: false };
    case '>':
    case '>=':
      return { predicate: from, exact: false };
    case '<>':
      return { predicate: { kind: 'present', path, type: 'S' }, exact: false };
  }
}

/** The least text above all that begin with this one, whose last character is a digit. */
function afterAllOf(text: string): string {
  return text.slice(0, -1) + String.fromCharCode(text.charCodeAt(text.length - 1) + 1);
}
