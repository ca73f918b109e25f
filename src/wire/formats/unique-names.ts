/**
 * The names, made distinct by numbering later ones of the same name: `a, a, a` becomes `a, a_2, a_3`. Numbers that would
 * make the name of another column are skipped: `a, a, a_2` becomes `a, a_3, a_2`.
 */
export function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set(names);
  const lastNumbers = new Map<string, number>();
  return names.map((name) => {
    const last = lastNumbers.get(name);
    if (last === undefined) {
      lastNumbers.set(name, 1);
      return name;
    }
    let number = last + 1;
    while (taken.has(`${name}_${number}`)) number++;
    lastNumbers.set(name, number);
    taken.add(`${name}_${number}`);
    return `${name}_${number}`;
  });
}
