import { expect, it } from 'vitest';
import { classesOf } from './access-code.js';

it('Every code opens its classes, in the order of the documentation', () => {
  expect(classesOf('R')).toEqual(['select', 'explain']);
  expect(classesOf('W')).toEqual(['insert', 'update', 'delete']);
  expect(classesOf('RW')).toEqual(['select', 'explain', 'insert', 'update', 'delete']);
  expect(classesOf('RA')).toEqual(['select', 'explain', 'insert']);
  expect(classesOf('RWA')).toEqual(['select', 'explain', 'insert', 'update']);
  expect(classesOf('A')).toEqual(['select', 'explain', 'insert', 'update', 'delete', 'ddl']);
  expect(classesOf('none')).toEqual([]);
});
