import fc from 'fast-check';
import type { AttributeValue } from '../attribute-value.js';

/** Names that something might mistake for its own. */
export const attributeName = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('$set', '$map', '$binary', '$', '__proto__', 'constructor', '10', '2', 'S', 'M'),
);
const number = fc.oneof(fc.integer().map(String), fc.constantFrom('1E+100', '0.5', '-1E-20', '123456789012345'));
const base64 = fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes).toString('base64'));
/** Any value whose numbers fit a double; for tests only. */
export const { value: attributeValue } = fc.letrec<{ value: AttributeValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.string({ unit: 'binary' }).map((S) => ({ S })),
    number.map((N) => ({ N })),
    base64.map((B) => ({ B })),
    fc.boolean().map((BOOL) => ({ BOOL })),
    fc.constant({ NULL: true as const }),
    fc.uniqueArray(fc.string(), { minLength: 1 }).map((SS) => ({ SS })),
    fc.uniqueArray(number, { minLength: 1 }).map((NS) => ({ NS })),
    fc.uniqueArray(base64, { minLength: 1 }).map((BS) => ({ BS })),
    fc.array(tie('value'), { maxLength: 4 }).map((L) => ({ L })),
    fc.array(fc.tuple(attributeName, tie('value')), { maxLength: 4 }).map((members) => ({ M: mapOf(members) })),
  ),
}));

/** Own properties whatever the name, `__proto__` too. */
export function mapOf(members: readonly (readonly [string, AttributeValue])[]): Record<string, AttributeValue> {
  return Object.fromEntries(members);
}

/** The value with its numbers as JavaScript writes them: another text of the same number. */
export function numbersAsWritten(value: AttributeValue): AttributeValue {
  if ('N' in value) return { N: String(Number(value.N)) };
  if ('NS' in value) return { NS: value.NS.map((each) => String(Number(each))) };
  if ('L' in value) return { L: value.L.map(numbersAsWritten) };
  if ('M' in value) return { M: mapOf(Object.entries(value.M).map(([name, each]) => [name, numbersAsWritten(each)])) };
  return value;
}
