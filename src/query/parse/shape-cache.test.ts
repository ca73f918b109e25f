import { expect, test } from 'vitest';
import { ShapeCache } from './shape-cache.js';

test('a shape that is no statement is remembered as such', () => {
  const cache = new ShapeCache();
  cache.set('SELECT $1', { a: 1 }, 10);
  cache.set('DATE $1', undefined, 0);
  expect(cache.get('SELECT $1')?.ast).toEqual({ a: 1 });
  expect(cache.get('DATE $1')).toMatchObject({ ast: undefined });
  expect(cache.get('SELECT $2')).toBeUndefined();
});

test('the shapes that were not used for the longest time make room', () => {
  const cache = new ShapeCache(30);
  cache.set('a', {}, 9);
  cache.set('b', {}, 9);
  cache.set('c', {}, 9);
  cache.get('a');
  cache.set('d', {}, 9);
  expect(['a', 'b', 'c', 'd'].filter((shape) => cache.get(shape) !== undefined)).toEqual(['a', 'c', 'd']);
});

test('a shape that is set again counts once', () => {
  const cache = new ShapeCache(20);
  cache.set('a', {}, 9);
  for (let i = 0; i < 5; i++) cache.set('b', {}, 9);
  expect(cache.get('a')).toBeDefined();
});

test('one that is larger than all that may be kept is not kept', () => {
  const cache = new ShapeCache(20);
  cache.set('a', {}, 100);
  expect(cache.get('a')).toBeUndefined();
  cache.set('b', {}, 9);
  expect(cache.get('b')).toBeDefined();
});
