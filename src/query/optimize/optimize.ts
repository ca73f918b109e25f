import type { Position } from '../../base/errors/headgate-error.js';
import { readDuckdbError } from '../duckdb/duckdb-error.js';
import { EXPLAIN_PREFIX, type PlannerDatabase } from '../duckdb/planner-database.js';
import type { EditedText } from '../parse/edited-text.js';
import { type AstNode, isNode, locationOf, parseAst } from '../parse/parse-statement.js';
import type { Goal } from '../plan/goal.js';
import type { NeededReference } from '../plan/plan-references.js';
import type { Conjunct } from '../plan/predicate.js';
import type { FoundNames } from '../resolve/find-tables.js';
import { ITEM_COLUMN, type Reference } from '../resolve/reference.js';
import { rewriteText } from '../resolve/rewrite-text.js';
import { bindError } from './bind-error.js';
import { type ConjunctText, readExplain } from './read-explain.js';
import { readGoal } from './read-goal.js';
import { readPredicate } from './read-predicate.js';
import type { ColumnLookup } from './read-target.js';
import { type StubTable, stubTable, unusedPrefix } from './stub-tables.js';

type Planner = Pick<PlannerDatabase, 'serialize' | 'explain' | 'reservedWords'>;

/**
 * What the statement needs of each reference, as DuckDB's optimizer sees it: conjuncts pushed to the table through
 * views, joins and subqueries, and the columns that are used. Throws what DuckDB finds wrong with the statement
 * (SQL_INVALID, COLUMN_NOT_FOUND, ...), with the position in the user's text.
 */
export async function optimize(
  { ast, text, names }: { readonly ast: AstNode; readonly text: EditedText; readonly names: FoundNames },
  references: readonly Reference[],
  planner: Planner,
): Promise<{ readonly needed: readonly NeededReference[]; readonly goal: Goal | undefined }> {
  const prefix = unusedPrefix(text.text, references);
  const stubs = references.map((reference) => stubTable(reference, prefix));
  const stubText = rewriteText(text, names, references, ({ slot }) => stubs[slot]?.source ?? '');
  let plans: { logical: string; physical: string };
  try {
    plans = await planner.explain(stubText.text, new Map(stubs.map(({ key, stub }) => [key, stub])));
  } catch (error) {
    const duckdb = readDuckdbError(error);
    if (duckdb.type === 'INTERNAL') return { needed: references.map(readWhole), goal: undefined };
    const position = (offset: number) => stubText.position(Math.max(0, offset - EXPLAIN_PREFIX.length));
    const columnName = duckdb.offset === undefined ? [] : columnNameAt(position(duckdb.offset), names, text);
    throw bindError({ duckdb, error, position, columnName }, references);
  }
  const needs = readExplain(plans, stubs);
  const asts = await parseExpressions(
    needs.flatMap(({ readings }) => readings.flat().map(({ sql }) => sql)),
    planner,
  );
  const needed = stubs.map((stub, slot): NeededReference => {
    const { reference } = stub;
    const { readings = [], columns } = needs[slot] ?? {};
    return {
      reference,
      readings: readings.map((reading) =>
        reading.map((each): Conjunct => {
          const ast = asts.get(each.sql);
          const columnOf = columnLookup(each, stub, planner.reservedWords);
          return {
            sql: readable(each, stub),
            translated: ast === undefined ? undefined : readPredicate(ast, columnOf),
          };
        }),
      ),
      columns: columns === undefined ? reference.columns : reference.columns.filter((_, i) => columns.has(i)),
      notes:
        columns === undefined && readings.length > 0
          ? ['all columns are fetched, because the plan does not tell which are used']
          : [],
    };
  });
  return { needed, goal: readGoal(ast, plans.logical, references) };
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
  return { reference, readings: [[]], columns: reference.columns, notes };
}

/** `_item` is no attribute, so DynamoDB can be asked nothing of it. */
function columnLookup({ sql, names }: ConjunctText, stub: StubTable, reservedWords: ReadonlySet<string>): ColumnLookup {
  const { columns } = stub.reference;
  const known = names === 'stub' ? stub.planNames : statementNames(sql, stub.reference, reservedWords);
  return (name) => {
    const column = columns[known.indexOf(name.toLowerCase())];
    return column === ITEM_COLUMN ? undefined : column;
  };
}

/**
 * The columns' own names, in lower case, where the plan shows them just so: none after `FROM t AS x(a, b)`, and none when
 * the text has a name that could be misread without its quotes (a keyword, or anything but letters, digits, underscores).
 */
function statementNames(sql: string, { found, columns }: Reference, reservedWords: ReadonlySet<string>): string[] {
  const names = columns.map(({ name }) => name.toLowerCase());
  const odd = names.filter((name) => !/^[a-z_][a-z0-9_]*$/.test(name) || reservedWords.has(name));
  const isDoubtful = odd.some((name) => sql.toLowerCase().includes(name) || /['\n]/.test(name));
  return isDoubtful || found.renamesColumns ? [] : names;
}

/** The conjunct with the columns' own names, for people. */
function readable({ sql }: ConjunctText, { planNames, reference }: StubTable): string {
  return sql.replace(/'(?:[^']|'')*'|\w+/g, (part) => reference.columns[planNames.indexOf(part)]?.name ?? part);
}

/** The ASTs of the conjuncts, which are SQL text, in one call; those that do not parse alone are left out. */
async function parseExpressions(texts: readonly string[], planner: Planner): Promise<Map<string, AstNode>> {
  const distinct = [...new Set(texts)];
  if (distinct.length === 0) return new Map();
  const all = await parseList(distinct, planner);
  if (all !== undefined) return all;
  const each = await Promise.all(distinct.map((text) => parseList([text], planner)));
  return new Map(each.flatMap((found) => [...(found ?? [])]));
}

async function parseList(texts: readonly string[], planner: Planner): Promise<Map<string, AstNode> | undefined> {
  const answer = parseAst(await planner.serialize(`SELECT ${texts.join(', ')}`));
  const [statement] = Array.isArray(answer['statements']) ? answer['statements'] : [];
  const list = isNode(statement) && isNode(statement['node']) ? statement['node']['select_list'] : undefined;
  // A text that is not one expression would shift the others: then each is parsed by itself.
  if (!Array.isArray(list) || list.length !== texts.length) return undefined;
  return new Map(texts.flatMap((text, i) => (isNode(list[i]) ? [[text, list[i]]] : [])));
}
