import type { StubTable } from './stub-tables.js';

/** What DuckDB's optimizer found for one table reference. */
export interface ReferenceNeeds {
  /**
   * How often the plan reads the reference, and the conjuncts above each reading. A reference that the plan does not
   * read at all (`WHERE false`, DESCRIBE) has no reading.
   */
  readonly readings: readonly (readonly ConjunctText[])[];
  /** Indexes of the columns that the plan reads; undefined when that could not be told. */
  readonly columns: ReadonlySet<number> | undefined;
}

export interface ConjunctText {
  readonly sql: string;
  /** Whether columns are called by the stub's names or, because of an UNNEST, by those of the statement. */
  readonly names: 'stub' | 'statement';
}

/** A node of a plan, as EXPLAIN (FORMAT JSON) writes it. */
export interface PlanNode {
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
  const readings = stubs.map((): ConjunctText[][] => []);
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
    const slot = slotOf(node);
    if (slot !== undefined) found.push({ slot, node, ancestors });
    for (const child of node.children ?? []) visit(child, [node, ...ancestors]);
  };
  for (const root of planRoots(json)) visit(root, []);
  return found;
}

export function planRoots(json: string): PlanNode[] {
  return JSON.parse(json) as PlanNode[]; // EXPLAIN's output is a list of trees.
}

/** The slot of the reference that a node reads; undefined for all other nodes. */
export function slotOf(node: PlanNode): number | undefined {
  const slot = /^HEADGATE_REF_(\d+)$/.exec(node.name.trim())?.[1];
  return slot === undefined ? undefined : Number(slot);
}

/**
 * The expressions of a FILTER directly above. A lateral UNNEST adds a window that changes no rows between the filter and
 * the projection with which the stub gives its columns their names.
 */
function conjunctsAbove([parent, second, third]: readonly PlanNode[]): ConjunctText[] {
  if (parent?.name === 'FILTER') return conjunctsOf(parent, 'stub');
  const isRowNumber =
    second?.name === 'WINDOW' && listOf(second.extra_info?.['Expressions']).every((each) => each === 'delim_index');
  return parent?.name === 'PROJECTION' && isRowNumber && third?.name === 'FILTER'
    ? conjunctsOf(third, 'statement')
    : [];
}

/** Expressions are lines, and so are the lines of a text constant: one that ends within quotes goes on. */
function conjunctsOf(filter: PlanNode, names: ConjunctText['names']): ConjunctText[] {
  const conjuncts: ConjunctText[] = [];
  let open = '';
  for (const line of listOf(filter.extra_info?.['Expressions'])) {
    const sql = open + line;
    const isWhole = sql.split("'").length % 2 === 1;
    if (isWhole) conjuncts.push({ sql, names });
    open = isWhole ? '' : `${sql}\n`;
  }
  // What is not understood still counts: whoever stops early must know that there is more than was pushed.
  return open === '' ? conjuncts : [...conjuncts, { sql: open.trimEnd(), names }];
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
