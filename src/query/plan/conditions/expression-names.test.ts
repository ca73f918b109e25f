import { expect, test } from 'vitest';
import { ExpressionNames } from './expression-names.js';

test('two attribute names never share a placeholder, however alike they are', () => {
  const names = ExpressionNames.empty();
  const attributes = ['a-b', 'a_b', 'a.b', 'A-B', 'ab', 'size', '#n0', ':v0'];
  const aliases = attributes.map((attribute) => names.name(attribute));
  expect(new Set(aliases).size).toBe(attributes.length);
  const { names: sent = {} } = names.request();
  expect(aliases.map((alias) => sent[alias])).toEqual(attributes);
});

test('one attribute and one value have one placeholder each, however often they are used', () => {
  const names = ExpressionNames.empty();
  expect([names.name('a'), names.path(['a', 'a', 2]), names.name('a')]).toEqual(['#n0', '#n0.#n0[2]', '#n0']);
  expect([names.value({ S: '1' }), names.value({ N: '1' }), names.value({ S: '1' })]).toEqual([':v0', ':v1', ':v0']);
  expect(names.request()).toEqual({ names: { '#n0': 'a' }, values: { ':v0': { S: '1' }, ':v1': { N: '1' } } });
});

test('nothing is sent where nothing was used, because DynamoDB refuses empty and unused placeholders', () => {
  expect(ExpressionNames.empty().request()).toEqual({});
});

test('a fork grows by itself', () => {
  const names = ExpressionNames.empty();
  names.name('a');
  const fork = names.fork();
  fork.name('b');
  fork.value({ S: 'x' });
  expect(names.request()).toEqual({ names: { '#n0': 'a' } });
  expect(fork.request()).toEqual({ names: { '#n0': 'a', '#n1': 'b' }, values: { ':v0': { S: 'x' } } });
});
