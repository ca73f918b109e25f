import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkJson } from './check-json.js';

function verdictOn(body: string | Buffer): string {
  try {
    checkJson(Buffer.from(body as string)); // a buffer is copied
    return 'taken';
  } catch (error) {
    return String(Object(error).message);
  }
}

describe('the body of a request', () => {
  it.each([
    '{}',
    ' {"a": [1, {"b": "}{:\\"\\\\"}], "c": {"b": null}} ',
    '{"a:b": ":", "\\\\": "\\\\\\"", "__proto__": {"__proto__": 1}}',
    '{"ü": "東京"}',
    `${'{"M":'.repeat(64)}1${'}'.repeat(64)}`,
  ])('is taken: %s', (body) => {
    expect(verdictOn(body)).toBe('taken');
  });

  it.each([
    ['', /no valid JSON/],
    ['{', /no valid JSON/],
    ['{"a": 1}x', /no valid JSON/],
    ['{"a": "\\"}', /no valid JSON/],
    ['"', /no valid JSON/],
    ['[]', /no object/],
    ['null', /no object/],
    ['"TableName"', /no object/],
    ['{"TableName": "mine", "TableName": "yours"}', /same name/],
    ['{"TableName": "mine", "\\u0054ableName": "yours"}', /same name/],
    ['{"Key": {"id": {"S": "1", "N": "1", "S": "2"}}}', /same name/],
    [`{"a": ${'['.repeat(200)}${']'.repeat(200)}}`, /nested/],
    ['['.repeat(5_000_000), /nested/],
    [Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), /no valid JSON/],
    [Buffer.from('\ufeff{}'), /no valid JSON/],
  ])('is refused: %.60s', (body, reason) => {
    expect(verdictOn(body)).toMatch(reason);
  });

  it('is taken when it is any object that was written as JSON, and refused when a member is repeated', () => {
    const members = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 }), { minKeys: 1 });
    fc.assert(
      fc.property(members, fc.nat(), (value, at) => {
        const text = JSON.stringify(value);
        expect(verdictOn(text)).toBe('taken');
        const names = Object.keys(value);
        const name = names[at % names.length];
        expect(verdictOn(`{${JSON.stringify(name)}: 1, ${text.slice(1)}`)).toMatch(/same name/);
      }),
    );
  });

  it('of 16 MB is checked within seconds, whatever is in it', () => {
    for (const body of [`{"a": "${'\\"'.repeat(8 * 2 ** 20)}"}`, `{"a": "${'\\'.repeat(16 * 2 ** 20)}"}`]) {
      const startedAt = performance.now();
      expect(verdictOn(body)).toBe('taken');
      expect(performance.now() - startedAt).toBeLessThan(15_000);
    }
  }, 60_000);
});
