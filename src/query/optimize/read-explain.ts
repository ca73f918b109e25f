import type { StubTable } from './stub-tables.js';

/** What DuckDB's optimizer found for one table reference. */
export interface ReferenceNeeds {
  /**
   * How often the plan reads the reference, and the conjuncts above each reading, as SQL text. A reference that the plan
   * does not read at all (`WHERE false`, DESCRIBE) has no reading.
   */
  readonly readings: readonly (readonly string[])[];
  /** Indexes of the columns that the plan reads; undefined when that could not be told. */
  readonly columns: ReadonlySet<number> | undefined;
}

interface PlanNode {
  readonly name: string;
  readonly children: readonly PlanNode[];
  readonly extra_info?: Readonly<Record<string, string | readonly string[]>>;
}

/**
 * Reads `logical_opt` and `physical_plan` of EXPLAIN (FORMAT JSON), by slot. This text is not a stable interface of
 * DuckDB: the version is pinned, this file alone reads it, and what is not understood widens the read.
 */
export function readExplain(
  plans: { readonly logical: string; readonly physical: string },
  stubs: readonly StubTable[],
): ReferenceNeeds[] {
  const readings = stubs.map((): string[][] => []);
  for (const { slot, ancestors } of readingsIn(plans.logical)) readings[slot]?.push(conjunctsAbove(ancestors));
  const columns = stubs.map(() => new Set<number>() as Set<number> | undefined);
  const seen = new Set<number>();
  for (const { slot, node } of readingsIn(plans.physical)) {
    seen.add(slot);
    columns[slot] = unite(columns[slot], columnsOf(node, stubs[slot]));
  }
  return stubs.map((_, slot) => ({
    readings: readings[slot] ?? [],
    columns: seen.has(slot) ? columns[slot] : undefined,
  }));
}

interface Reading {
  readonly slot: number;
  readonly node: PlanNode;
  /** From the parent upwards. */
  readonly ancestors: readonly PlanNode[];
}

function readingsIn(json: string): Reading[] {
  const found: Reading[] = [];
  const visit = (node: PlanNode, ancestors: readonly PlanNode[]): void => {
    const slot = /^HEADGATE_REF_(\d+)$/.exec(node.name.trim())?.[1];
    if (slot !== undefined) found.push({ slot: Number(slot), node, ancestors });
    for (const child of node.children ?? []) visit(child, [node, ...ancestors]);
  };
  for (const root of JSON.parse(json) as PlanNode[]) visit(root, []); // EXPLAIN's output is a list of trees.
  return found;
}

/** The expressions of a FILTER directly above; the window that a lateral UNNEST adds in between changes no rows. */
function conjunctsAbove(ancestors: readonly PlanNode[]): string[] {
  const [parent, grandparent] = ancestors;
  const isRowNumber =
    parent?.name === 'WINDOW' && listOf(parent.extra_info?.['Expressions']).every((each) => each === 'delim_index');
  const filter = isRowNumber ? grandparent : parent;
  return filter?.name === 'FILTER' ? listOf(filter.extra_info?.['Expressions']) : [];
}

function columnsOf(node: PlanNode, stub: StubTable | undefined): Set<number> | undefined {
  const projections = node.extra_info?.['Projections'];
  if (projections === undefined || stub === undefined) return undefined;
  const columns = new Set<number>();
  for (const path of listOf(projections).map((each) => each.toLowerCase())) {
    // `a.b` is a member of the column a, or a column of that very name: both are fetched when both exist.
    const meant = stub.planNames.flatMap((name, i) => (path === name || path.startsWith(`${name}.`) ? [i] : []));
    if (meant.length === 0) return undefined;
    for (const column of meant) columns.add(column);
  }
  return columns;
}

function unite(a: Set<number> | undefined, b: Set<number> | undefined): Set<number> | undefined {
  return a === undefined || b === undefined ? undefined : new Set([...a, ...b]);
}

function listOf(value: string | readonly string[] | undefined): string[] {
  if (value === undefined || value === '') return [];
  return typeof value === 'string' ? [value] : [...value];
}
