/** The same value, in whose texts the secret is no more; for what is kept, and for what is told of an active schema. */
export function withoutSecret<T>(value: T, secret: string | undefined): T {
  if (secret === undefined || secret === '') return value;
  const clean = (part: unknown): unknown => {
    if (typeof part === 'string') return part.replaceAll(secret, 'the one that the schema has');
    if (Array.isArray(part)) return part.map(clean);
    if (typeof part !== 'object' || part === null || part instanceof Date) return part;
    return Object.fromEntries(Object.entries(part).map(([name, each]) => [name, clean(each)]));
  };
  // Only texts are changed, to texts.
  return clean(value) as T;
}
