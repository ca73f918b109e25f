import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Item } from '../dynamodb/attribute-value.js';
import { byPresence, MAX_TRACKED_KEYS, mergeProfiles } from './profile.js';
import { anyItem, profileOf } from './testing/any-item.js';

describe('a profile', () => {
  it('counts the types of each attribute, NULL among them', () => {
    const profile = profileOf([{ a: { S: 'x' } }, { a: { N: '1' } }, { a: { NULL: true } }, {}]);
    expect(profile.items).toBe(4);
    expect(profile.attributes.get('a')?.counts).toEqual(
      new Map([
        ['S', 1],
        ['N', 1],
        ['NULL', 1],
      ]),
    );
  });

  it('keeps the most digits before and after the point, of numbers and of numbers in sets apart', () => {
    const profile = profileOf([{ a: { N: '-123.4' } }, { a: { N: '0.0625' } }, { a: { NS: ['12345', '1'] } }]);
    expect(profile.attributes.get('a')).toMatchObject({
      digits: { integer: 3, fraction: 4 },
      setDigits: { integer: 5, fraction: 0 },
    });
  });

  it('counts the digits that an exponent adds', () => {
    const profile = profileOf([{ a: { N: '1E+20' } }, { a: { N: '1E-20' } }]);
    expect(profile.attributes.get('a')?.digits).toEqual({ integer: 21, fraction: 20 });
  });

  it('looks into lists and maps', () => {
    const profile = profileOf([{ a: { L: [{ M: { n: { N: '7' } } }, { M: {} }] } }, { a: { L: [] } }]);
    const elements = profile.attributes.get('a')?.elements;
    expect(elements?.counts).toEqual(new Map([['M', 2]]));
    expect(elements?.map?.maps).toBe(2);
    expect(elements?.map?.keys).toEqual(
      new Map([['n', expect.objectContaining({ digits: { integer: 1, fraction: 0 } })]]),
    );
  });

  it('stops tracking the keys of maps when there are too many of them', () => {
    const items = Array.from(
      { length: MAX_TRACKED_KEYS + 1 },
      (_, i): Item => ({ a: { M: { [`k${i}`]: { S: '' } } } }),
    );
    expect(profileOf(items.slice(1)).attributes.get('a')?.map?.keys).toHaveProperty('size', MAX_TRACKED_KEYS);
    expect(profileOf(items).attributes.get('a')?.map).toEqual({ maps: items.length, keys: 'too-many' });
  });

  it('survives attributes with the names of object properties', () => {
    const profile = profileOf([JSON.parse('{"__proto__":{"S":"x"},"constructor":{"M":{"__proto__":{"N":"1"}}}}')]);
    expect([...profile.attributes.keys()].sort()).toEqual(['__proto__', 'constructor']);
  });

  it('orders places by presence and then by code points', () => {
    const profile = profileOf([
      { b: { S: '' }, a: { S: '' }, '\u{1f600}': { S: '' }, '\uff5e': { S: '' }, c: { S: '' } },
      { c: { S: '' } },
    ]);
    expect(byPresence(profile.attributes).map(([name]) => name)).toEqual(['c', 'a', 'b', '\uff5e', '\u{1f600}']);
  });
});

describe('merging profiles', () => {
  const anyItems = fc.array(anyItem(), { maxLength: 8 });

  it('gives the profile of all items, in whatever way they were divided', () => {
    fc.assert(
      fc.property(anyItems, anyItems, anyItems, (a, b, c) => {
        const all = profileOf([...a, ...b, ...c]);
        const [pa, pb, pc] = [profileOf(a), profileOf(b), profileOf(c)];
        expect(mergeProfiles(mergeProfiles(pa, pb), pc)).toEqual(all);
        expect(mergeProfiles(pa, mergeProfiles(pb, pc))).toEqual(all);
        expect(mergeProfiles(pc, mergeProfiles(pb, pa))).toEqual(all);
      }),
    );
  });

  it('gives up the keys of maps that are too many only together', () => {
    const half = (from: number) =>
      profileOf(Array.from({ length: 200 }, (_, i): Item => ({ a: { M: { [`k${from + i}`]: { S: '' } } } })));
    expect(mergeProfiles(half(0), half(200)).attributes.get('a')?.map).toEqual({ maps: 400, keys: 'too-many' });
    expect(mergeProfiles(half(0), half(0)).attributes.get('a')?.map?.keys).toHaveProperty('size', 200);
  });

  it('leaves both as they were', () => {
    const [a, b] = [profileOf([{ x: { N: '1' } }]), profileOf([{ x: { N: '22' } }])];
    mergeProfiles(a, b);
    expect([a, b]).toEqual([profileOf([{ x: { N: '1' } }]), profileOf([{ x: { N: '22' } }])]);
  });
});
