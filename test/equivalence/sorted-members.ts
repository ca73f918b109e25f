/** The same value; an object with its members in the order of their names. */
export function sortedMembers<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  // Sorting does not change what members there are.
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) as T;
}
