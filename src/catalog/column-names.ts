/**
 * The SQL names of these attributes, in the same order. SQL does not tell names apart that differ in case alone, and
 * `_item` is the whole item: the first of such attributes keeps its name, and a later one gets `_2`, `_3` ... appended.
 */
export function columnNames(attributes: readonly string[]): string[] {
  const taken = new Set([folded('_item')]);
  const kept = attributes.map((attribute) => take(attribute, taken));
  // Every attribute that can keep its own name has it by now, so that no appended number takes it away.
  return attributes.map((attribute, index) => (kept[index] === true ? attribute : numbered(attribute, taken)));
}

function numbered(attribute: string, taken: Set<string>): string {
  for (let number = 2; ; number++) {
    const name = `${attribute}_${number}`;
    if (take(name, taken)) return name;
  }
}

/** Takes the name if it is free; says whether it was. */
function take(name: string, taken: Set<string>): boolean {
  if (taken.has(folded(name))) return false;
  taken.add(folded(name));
  return true;
}

/** DuckDB folds ASCII letters only; folding more than it does renames a column too many, never one too few. */
function folded(name: string): string {
  return name.toLowerCase();
}
