import type { Position } from '../../base/errors/headgate-error.js';
import { readDuckdbError } from '../duckdb/duckdb-error.js';
import { EXPLAIN_PREFIX, type PlannerDatabase } from '../duckdb/planner-database.js';
import type { EditedText } from '../parse/edited-text.js';
import { locationOf } from '../parse/parse-statement.js';
import type { NeededReference } from '../plan/plan-reference.js';
import { describeExpiry } from '../resolve/expiry.js';
import type { FoundNames } from '../resolve/find-tables.js';
import type { Reference } from '../resolve/reference.js';
import { rewriteText } from '../resolve/rewrite-text.js';
import { bindError } from './bind-error.js';
import { type PlanNode, readingsIn, readLogicalPlan } from './logical-plan.js';
import { readConjuncts } from './read-conjuncts.js';
import { readGoal } from './read-goal.js';
import { readLookups } from './read-lookups.js';
import { stubTable } from './stub-tables.js';
import { unknownField } from './unknown-field.js';
import { usedColumns } from './used-columns.js';

type Planner = Pick<PlannerDatabase, 'logicalPlan' | 'explain'>;

/**
 * What the statement needs of each reference, as DuckDB's optimizer sees it: conjuncts pushed to the table through
 * views, joins and subqueries, the columns that are used, where reading may end early, and which other references know
 * the keys that are wanted. Throws what DuckDB finds wrong with the statement (SQL_INVALID, COLUMN_NOT_FOUND, ...), with
 * the position in the user's text.
 */
export async function optimize(
  { text, names }: { readonly text: EditedText; readonly names: FoundNames },
  references: readonly Reference[],
  planner: Planner,
): Promise<readonly NeededReference[]> {
  const stubs = references.map(stubTable);
  const stubText = rewriteText(text, names, references, ({ slot }) => stubs[slot]?.source ?? '');
  const byKey = new Map(stubs.map(({ key, stub }) => [key, stub]));
  const root = readLogicalPlan(await planner.logicalPlan(stubText.text, byKey));
  if (root !== undefined) return readNeeds(root, references);
  try {
    await planner.explain(stubText.text, byKey);
  } catch (error) {
    const duckdb = readDuckdbError(error);
    if (duckdb.type === 'INTERNAL') return references.map(readWhole);
    const field = duckdb.offset === undefined ? unknownField(names, references, text) : undefined;
    if (field !== undefined) throw field;
    const position = (offset: number) => stubText.position(Math.max(0, offset - EXPLAIN_PREFIX.length));
    const columnName = duckdb.offset === undefined ? [] : columnNameAt(position(duckdb.offset), names, text);
    throw bindError({ duckdb, error, position, columnName }, references);
  }
  return references.map(readWhole);
}

function readNeeds(root: PlanNode, references: readonly Reference[]): NeededReference[] {
  const readings = readingsIn(root);
  const usedOf = usedColumns(root);
  return references.map((reference): NeededReference => {
    const { slot, columns } = reference;
    const own = readings.filter((reading) => reading.slot === slot);
    const used = new Set(own.flatMap(({ node }) => [...(usedOf.get(node) ?? [])]));
    const [only, another] = own;
    return {
      reference,
      readings: own.map((reading) => readConjuncts(reading, columns)),
      columns: columns.filter((_, i) => used.has(i)),
      notes: expiryNotes(reference),
      goal: only === undefined || another !== undefined ? undefined : readGoal(only, columns),
      lookups: only === undefined || another !== undefined ? [] : readLookups(only, references),
    };
  });
}

function expiryNotes({ expiry, warnings = [] }: Reference): string[] {
  return expiry === undefined ? [...warnings] : [describeExpiry(expiry), ...warnings];
}

function columnNameAt(position: Position, names: FoundNames, text: EditedText): string[] {
  const node = names.columns.find((each) => {
    const { line, column } = text.position(locationOf(each) ?? 0);
    return line === position.line && column === position.column;
  });
  return Array.isArray(node?.['column_names']) ? node['column_names'].map(String) : [];
}

/** An optimizer that fails must not fail the statement. */
function readWhole(reference: Reference): NeededReference {
  const notes = ['all items and columns are fetched, because DuckDB could not plan the statement'];
  return { reference, readings: [[]], columns: reference.columns, notes, goal: undefined, lookups: [] };
}
