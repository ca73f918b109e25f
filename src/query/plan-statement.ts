import type { Catalog } from '../catalog/model.js';
import type { PlannerDatabase } from './duckdb/planner-database.js';
import { optimize } from './optimize/optimize.js';
import { EditedText } from './parse/edited-text.js';
import { bindParameters } from './parse/parameters.js';
import { parseQuery } from './parse/parse-statement.js';
import { expandShow } from './parse/show-statement.js';
import { type StatementKind, splitExplain } from './parse/statement-kind.js';
import { type NeededReference, type PlannedReference, planReferences } from './plan/plan-references.js';
import type { StatementPlan } from './plan/statement-plan.js';
import { type FoundNames, findTables } from './resolve/find-tables.js';
import { resolveTables } from './resolve/resolve-tables.js';
import type { StatementRequest } from './statement.js';

/** A statement ready to run: its text, what its names are, and how each of its tables is read. */
export interface PlannedStatement {
  readonly kind: StatementKind;
  readonly text: EditedText;
  readonly names: FoundNames;
  readonly references: readonly PlannedReference[];
  readonly plan: StatementPlan;
}

export interface PlanContext {
  readonly planner: PlannerDatabase;
  readonly catalog: Catalog;
  readonly signal: AbortSignal;
}

/** Parse, resolve, optimize, plan. Reads no items, except where the catalog samples a table it has never seen. */
export async function planStatement(request: StatementRequest, context: PlanContext): Promise<PlannedStatement> {
  const planner = context.planner.within(context.signal);
  const { kind, query } = splitExplain(EditedText.of(request.sql));
  const text = expandShow(bindParameters(query, request.parameters));
  const ast = await parseQuery(text, planner);
  const names = findTables(ast, text);
  const references = await resolveTables(names, text, {
    catalog: context.catalog,
    defaultSchema: request.defaultSchema,
    signal: context.signal,
  });
  const needed = await optimize(text, names, references, planner);
  const wanted = request.pushdown === false ? needed.map(readWhole) : needed;
  return { kind, text, names, ...planReferences(wanted, { consistentRead: request.consistentRead ?? false }) };
}

/** The reference without anything pushed to it: every item and every column. */
function readWhole(needed: NeededReference): NeededReference {
  return { ...needed, readings: [[]], columns: needed.reference.columns };
}
