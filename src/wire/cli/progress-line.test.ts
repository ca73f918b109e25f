import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { progressLine, progressText } from './progress-line.js';

function terminal(columns = 80) {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY: true, columns });
  return { stream, written: (): string => stream.read() ?? '' };
}

test('the line is written over, at most ten times a second, and taken away', () => {
  const { stream, written } = terminal();
  let time = 0;
  const line = progressLine(stream, () => time);
  line.show('planning');
  time = 99;
  line.show('never seen');
  time = 100;
  line.show('reading');
  line.clear();
  line.clear();
  time = 1300;
  line.show('reading');
  line.end();
  time = 2000;
  line.show('never seen');
  expect(written().split('\r\u001b[K')).toEqual(['', 'planning, 0 ms', 'reading, 100 ms', '', 'reading, 1.3 s', '']);
});

test('a stream that is no terminal sees nothing', () => {
  const stream = new PassThrough();
  const line = progressLine(stream);
  line.show('reading');
  line.end();
  expect(stream.readableLength).toBe(0);
});

test('the line never wraps, and shows no control character', () => {
  const { stream, written } = terminal(20);
  progressLine(stream, () => 0).show('reading \u001b[2J a table with a long name');
  const [, line = ''] = written().split('\r\u001b[K');
  expect(line).toBe('reading \\x1b[2J a …');
});

test('progress tells the table, requests, items and units once something is read', () => {
  expect(progressText({ phase: 'planning', requests: 0, items: 0, readUnits: 0 })).toBe('planning');
  expect(progressText({ phase: 'reading', table: 'demo.flights', requests: 12, items: 34_567, readUnits: 128.5 })).toBe(
    'reading demo.flights: 12 requests, 34,567 items, 128.5 units',
  );
  expect(progressText({ phase: 'executing', requests: 1, items: 2, readUnits: 0.5 })).toBe(
    'executing: 1 request, 2 items, 0.5 units',
  );
});
