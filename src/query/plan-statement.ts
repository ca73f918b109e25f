import type { Catalog } from '../catalog/model.js';
import { visibleCatalog } from '../catalog/visible-catalog.js';
import type { ReadingPace } from './cost/cost-of-path.js';
import { type DirectSelect, directSelect } from './direct/direct-select.js';
import type { PlannerDatabase } from './duckdb/planner-database.js';
import { columnNames } from './optimize/column-names.js';
import { optimize } from './optimize/optimize.js';
import type { EditedText } from './parse/edited-text.js';
import { bindParameters } from './parse/parameters.js';
import { type AstNode, parseQuery } from './parse/parse-statement.js';
import { plainText } from './parse/plain-text.js';
import { expandShow } from './parse/show-statement.js';
import { type StatementKind, splitExplain } from './parse/statement-kind.js';
import type { NeededReference, PlannedReference, PlanOptions } from './plan/plan-reference.js';
import { planReferences } from './plan/plan-references.js';
import type { StatementPlan } from './plan/statement-plan.js';
import { type FoundNames, findTables } from './resolve/find-tables.js';
import type { Reference } from './resolve/reference.js';
import { resolveTables } from './resolve/resolve-tables.js';
import { canInline } from './stage/inline-page.js';
import type { StatementRequest } from './statement.js';

/** A statement ready to run: its text, what its names are, and how each of its tables is read. */
export interface PlannedStatement {
  readonly kind: StatementKind;
  readonly text: EditedText;
  readonly names: FoundNames;
  readonly references: readonly PlannedReference[];
  readonly plan: StatementPlan;
  readonly options: PlanOptions;
  /** Names for the columns of the rows, where DuckDB's own would show what stands for a table. */
  readonly columnNames?: readonly string[];
  /** The columns of the rows, when these are the items themselves and DuckDB has nothing to do. */
  readonly direct?: DirectSelect['output'];
  /** The name of the only column, when the answer is the number of items and DynamoDB counts them. */
  readonly countColumn?: string;
}

export interface PlanContext extends ReadingPace {
  readonly planner: PlannerDatabase;
  readonly catalog: Catalog;
  /** What the plan is for: to be seen, to give rows, or to fill a file, which DuckDB alone can do. */
  readonly purpose: 'show' | 'rows' | 'file';
  readonly signal: AbortSignal;
}

/** Parse, resolve, optimize, plan. Reads no items, except where the catalog samples a table it has never seen. */
export async function planStatement(request: StatementRequest, context: PlanContext): Promise<PlannedStatement> {
  context.signal.throwIfAborted();
  const planner = context.planner.within(context.signal);
  const { kind, query } = splitExplain(plainText(request.sql));
  const text = expandShow(bindParameters(query, request.parameters));
  const ast = await parseQuery(text, planner);
  const names = findTables(ast, text);
  const { access } = request;
  const isOnlyShown = context.purpose === 'show' || kind.action === 'explain';
  const references = await resolveTables(names, text, {
    catalog: access === undefined ? context.catalog : visibleCatalog(context.catalog, access),
    defaultSchema: request.defaultSchema,
    signal: context.signal,
    now: new Date(),
    ...(access === undefined
      ? {}
      : {
          authorize: (tables) => access.authorize(tables, isOnlyShown ? 'explain' : 'select'),
          mayDescribe: (table) => access.mayDescribe(table),
        }),
  });
  const { unitsPerSecond } = context;
  const options = { consistentRead: request.consistentRead ?? false, unitsPerSecond };
  const mayBeDirect = context.purpose === 'rows' && kind.action === 'query' && request.pushdown !== false;
  const direct = mayBeDirect ? planDirect(ast, references, options) : undefined;
  if (direct !== undefined) return { kind, text, names, options, ...direct };
  const needed = await optimize({ text, names }, references, planner);
  const wanted = needed.map((each) => withoutUnwanted(each, request.pushdown !== false, context.purpose));
  const named = await columnNames({ ast, text, names }, references, planner);
  return {
    kind,
    text,
    names,
    options,
    ...(named === undefined ? {} : { columnNames: named }),
    ...planReferences(wanted, options),
  };
}

/** The plan of a statement whose rows are items, as they are, found by their whole keys; undefined for any other. */
function planDirect(ast: AstNode, references: readonly Reference[], options: PlanOptions) {
  const select = directSelect(ast, references);
  const [reference] = references;
  if (select === undefined || reference === undefined) return undefined;
  const columns = [...new Set(select.output.map(({ column }) => column))];
  if (!canInline(columns)) return undefined;
  const planned = planReferences(
    [{ reference, readings: [select.conjuncts], columns, notes: [], goal: undefined, lookups: [] }],
    options,
  );
  const [{ path, plan }] = planned.references as readonly [PlannedReference]; // One in, one out.
  if (path.kind !== 'keys' || plan.conjuncts.some(({ use, pushdown }) => use !== 'key' || pushdown !== 'exact'))
    return undefined;
  return { ...planned, direct: select.output };
}

/** The reference as far as anything may be pushed to it: where nothing may, every item and every column is read. */
function withoutUnwanted(needed: NeededReference, pushdown: boolean, purpose: PlanContext['purpose']): NeededReference {
  if (!pushdown) return { ...needed, readings: [[]], columns: needed.reference.columns, goal: undefined, lookups: [] };
  // A file is written by DuckDB, from rows.
  return needed.goal?.kind === 'count' && purpose === 'file' ? { ...needed, goal: undefined } : needed;
}
