import { createRequire } from 'node:module';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hclString, hclValue } from './hcl.js';

const { parse }: typeof import('@cdktf/hcl2json') = createRequire(import.meta.url)('@cdktf/hcl2json');

it('says any JSON value to the parser of Terraform, without templates', async () => {
  // Keys and texts with all that HCL gives a meaning to; numbers are those of policies.
  const text = fc.string({ unit: fc.constantFrom('a', '"', '\\', '$', '%', '{', '}', '\n', ':', '*', 'é', ' ') });
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      text,
      fc.boolean(),
      fc.integer({ min: 0, max: 9999 }),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(
        fc.oneof(
          fc.constantFrom('Sid', 'aws:PrincipalArn', 'x-y'),
          text.filter((it) => it !== ''),
        ),
        tie('value'),
        { maxKeys: 3 },
      ),
    ),
  }));
  await fc.assert(
    fc.asyncProperty(value, async (each) => {
      const parsed = await parse('value.tf', `value = ${hclValue(each, 0)}\n`);
      expect(parsed).toEqual({ value: withEscapedTemplates(each) });
    }),
    { numRuns: 200 },
  );
});

/** The parser gives texts as templates, in which what would begin one stays escaped. */
function withEscapedTemplates(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll(/[$%](?=\{)/g, (sign) => sign + sign);
  if (Array.isArray(value)) return value.map(withEscapedTemplates);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [String(withEscapedTemplates(key)), withEscapedTemplates(member)]),
  );
}

it('escapes what would begin a template', () => {
  expect(hclString('"%{if}\n')).toBe(String.raw`"\"%%{if}\n"`);
});
