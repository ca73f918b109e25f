import fc from 'fast-check';
import type { AttributeValue, Item } from '../../dynamodb/attribute-value.js';
import { addItem, emptyProfile, type Profile } from '../profile.js';

/** Numbers as DynamoDB holds them: up to 38 digits, with a point anywhere near or far. */
export function anyNumber(): fc.Arbitrary<string> {
  const digits = fc.stringMatching(/^[1-9][0-9]{0,37}$/);
  const exponent = fc.oneof(fc.constant(0), fc.integer({ min: -12, max: 4 }), fc.integer({ min: -120, max: 80 }));
  return fc
    .tuple(fc.constantFrom('', '-'), fc.oneof(digits, fc.constant('0')), exponent)
    .map(([sign, text, power]) => (power === 0 ? `${sign}${text}` : `${sign}${text}E${power}`));
}

/** Items of a few attributes whose names and types clash often. */
export function anyItem(): fc.Arbitrary<Item> {
  const name = fc.constantFrom('a', 'b', 'A', 'id');
  const { value } = fc.letrec<{ value: AttributeValue }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.record({ S: fc.string({ maxLength: 3 }) }),
      fc.record({ N: anyNumber() }),
      fc.record({ B: fc.constant('AAE=') }),
      fc.record({ BOOL: fc.boolean() }),
      fc.constant<AttributeValue>({ NULL: true }),
      fc.record({ SS: fc.constant(['x']) }),
      fc.record({ NS: fc.array(anyNumber(), { minLength: 1, maxLength: 3 }) }),
      fc.record({ BS: fc.constant(['AAE=']) }),
      fc.record({ L: fc.array(tie('value'), { maxLength: 3 }) }),
      fc.record({ M: fc.dictionary(name, tie('value'), { maxKeys: 3 }) }),
    ),
  }));
  return fc.dictionary(name, value, { maxKeys: 4 });
}

/** The profile of these items. */
export function profileOf(items: readonly Item[]): Profile {
  const profile = emptyProfile();
  for (const item of items) addItem(profile, item);
  return profile;
}
