import { expect, test } from 'vitest';
import { uniqueNames } from './unique-names.js';

test('the first of equal names keeps it and later ones are numbered from 2', () => {
  expect(uniqueNames(['a', 'b', 'a', 'a', ''])).toEqual(['a', 'b', 'a_2', 'a_3', '']);
});

test('a number that would make the name of another column is skipped', () => {
  expect(uniqueNames(['a', 'a', 'a_2', 'a', 'a_2'])).toEqual(['a', 'a_3', 'a_2', 'a_4', 'a_2_2']);
});

test('names of inherited properties are names like any other', () => {
  expect(uniqueNames(['__proto__', 'constructor', '__proto__'])).toEqual(['__proto__', 'constructor', '__proto___2']);
});
