import { expect, test } from 'vitest';
import { catalogTable } from '../../testing/catalog-table.js';
import type { AttributePath, Predicate } from './predicate.js';
import { impliedPresent } from './sparse-index.js';

const { description } = catalogTable({ sortKey: 'sk N' });
const equals = (name: string, ...rest: (string | number)[]): Predicate => ({
  kind: 'compare',
  path: [name, ...rest] as AttributePath, // A name and steps.
  op: '=',
  value: { S: 'x' },
});
const implied = (...predicates: Predicate[]) => [...impliedPresent(predicates, description)].toSorted();

test('the keys of the table are always present', () => {
  expect(implied()).toEqual(['pk', 'sk']);
});

test('what can only be true of a present attribute implies it', () => {
  expect(
    implied(
      equals('a'),
      { kind: 'in', path: ['b'], values: [] },
      { kind: 'begins-with', path: ['c'], prefix: 'x' },
      { kind: 'contains', path: ['d'], value: { S: 'x' } },
      { kind: 'present', path: ['e'], type: 'N' },
    ),
  ).toEqual(['a', 'b', 'c', 'd', 'e', 'pk', 'sk']);
});

test('neither <> nor IS NULL implies presence', () => {
  expect(implied({ ...equals('a'), op: '<>' } as Predicate, { kind: 'absent', path: ['b'], type: 'S' })).toEqual([
    'pk',
    'sk',
  ]);
});

test('an OR implies what all of its branches imply, an AND what any does', () => {
  const and = (...terms: Predicate[]): Predicate => ({ kind: 'and', terms });
  const or = (...terms: Predicate[]): Predicate => ({ kind: 'or', terms });
  expect(implied(or(and(equals('a'), equals('b')), equals('a')))).toEqual(['a', 'pk', 'sk']);
  expect(implied(or(equals('a'), equals('b')))).toEqual(['pk', 'sk']);
});

test('a member of a map says nothing of another attribute that has its name', () => {
  expect(implied(equals('a', 'b'))).toEqual(['pk', 'sk']);
});
