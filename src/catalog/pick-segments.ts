/**
 * `count` different segment numbers below `total`, in random order. `random` gives numbers from 0 up to, not including, 1.
 * The first steps of a Fisher-Yates shuffle that keeps only the numbers it has moved, because `total` may be a million.
 */
export function pickSegments(count: number, total: number, random: () => number): number[] {
  const moved = new Map<number, number>();
  return Array.from({ length: Math.min(count, total) }, (_, step) => {
    const drawn = step + Math.floor(random() * (total - step));
    const picked = moved.get(drawn) ?? drawn;
    moved.set(drawn, moved.get(step) ?? step);
    return picked;
  });
}
