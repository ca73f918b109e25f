import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pickSegments } from './pick-segments.js';

it('picks different segments of the total, and all of them when asked for as many', () => {
  const chance = fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }));
  fc.assert(
    fc.property(fc.nat(60), fc.integer({ min: 1, max: 60 }), chance, (count, total, stream) => {
      const picked = pickSegments(count, total, () => stream.next().value);
      expect(new Set(picked).size).toBe(Math.min(count, total));
      for (const segment of picked) expect(segment >= 0 && segment < total && Number.isInteger(segment)).toBe(true);
    }),
  );
});

it('picks every segment equally often', () => {
  const counts = new Map<number, number>();
  for (let run = 0; run < 3000; run++) {
    for (const segment of pickSegments(3, 10, Math.random)) counts.set(segment, (counts.get(segment) ?? 0) + 1);
  }
  for (let segment = 0; segment < 10; segment++) expect(Math.abs((counts.get(segment) ?? 0) - 900)).toBeLessThan(250);
});
