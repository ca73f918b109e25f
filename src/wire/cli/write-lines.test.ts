import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { writeLines } from './write-lines.js';

test('lines are written whole, with nothing in them that a terminal would obey', async () => {
  const stream = new PassThrough();
  async function* batches() {
    yield [['~'.repeat(200)], ['a \u001b[31m']];
    yield [['└─ b']];
  }
  await writeLines(batches(), stream);
  expect(await text(stream.end())).toBe(`${'~'.repeat(200)}\na \\x1b[31m\n└─ b\n`);
});
