import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonArray } from './json-array.js';

async function arrayOf(chunks: readonly Uint8Array[]): Promise<string> {
  let text = '';
  for await (const part of jsonArray(inTurn(chunks))) text += part;
  return text;
}

async function* inTurn(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

it('lines are the same array however they were cut, with or without a last line break', async () => {
  const lines = fc.array(fc.record({ text: fc.string({ unit: 'binary' }), n: fc.integer() }));
  await fc.assert(
    fc.asyncProperty(lines, fc.boolean(), fc.integer({ min: 1, max: 7 }), async (rows, hasEnd, size) => {
      const whole = rows.map((row) => JSON.stringify(row)).join('\n') + (hasEnd && rows.length > 0 ? '\n' : '');
      const bytes = Buffer.from(whole);
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        bytes.subarray(i * size, (i + 1) * size),
      );
      const text = await arrayOf(chunks);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(rows)));
      expect(text).toBe(rows.length === 0 ? '[]\n' : `[\n${whole.trimEnd().split('\n').join(',\n')}\n]\n`);
    }),
  );
});
