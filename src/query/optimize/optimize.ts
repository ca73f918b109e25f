import type { Column } from '../../catalog/model.js';
import { readDuckdbError } from '../duckdb/duckdb-error.js';
import type { PlannerDatabase } from '../duckdb/planner-database.js';
import type { EditedText } from '../parse/edited-text.js';
import { type AstNode, isNode, parseAst } from '../parse/parse-statement.js';
import type { NeededReference } from '../plan/plan-references.js';
import type { Conjunct } from '../plan/predicate.js';
import type { FoundNames } from '../resolve/find-tables.js';
import type { Reference } from '../resolve/reference.js';
import { rewriteText } from '../resolve/rewrite-text.js';
import { bindError } from './bind-error.js';
import { readExplain } from './read-explain.js';
import { readPredicate } from './read-predicate.js';
import { type StubTable, stubTable } from './stub-tables.js';

/**
 * What the statement needs of each reference, as DuckDB's optimizer sees it: conjuncts pushed to the table through
 * views, joins and subqueries, and the columns that are used. Throws what DuckDB finds wrong with the statement
 * (SQL_INVALID, COLUMN_NOT_FOUND, ...), with the position in the user's text.
 */
export async function optimize(
  text: EditedText,
  names: FoundNames,
  references: readonly Reference[],
  planner: PlannerDatabase,
): Promise<NeededReference[]> {
  const stubs = references.map((reference) =>
    stubTable(reference, { reservedWords: planner.reservedWords, keepNames: names.hasUnnest }),
  );
  const stubText = rewriteText(text, names, references, ({ slot }) => stubs[slot]?.source ?? '');
  let plans: { logical: string; physical: string };
  try {
    plans = await planner.explain(stubText.text, new Map(stubs.map(({ key, stub }) => [key, stub])));
  } catch (error) {
    throw bindError(readDuckdbError(error), references, { error, position: (offset) => stubText.position(offset) });
  }
  const needs = readExplain(plans, stubs);
  const asts = await parseExpressions(
    needs.flatMap(({ readings }) => readings.flat()),
    planner,
  );
  return stubs.map((stub, slot): NeededReference => {
    const { reference } = stub;
    const { readings = [], columns } = needs[slot] ?? {};
    return {
      reference,
      readings: readings.map((reading) => reading.map((sql) => conjunct(sql, asts.get(sql), reference, stub))),
      columns: columns === undefined ? reference.columns : reference.columns.filter((_, i) => columns.has(i)),
      notes:
        columns === undefined && readings.length > 0
          ? ['all columns are fetched, because the plan does not tell which are used']
          : [],
    };
  });
}

function conjunct(sql: string, ast: AstNode | undefined, reference: Reference, stub: StubTable): Conjunct {
  const isDoubtful = stub.doubtful.some((name) => sql.toLowerCase().includes(name));
  const columnOf = (planName: string): Column | undefined =>
    reference.columns[stub.planNames.indexOf(planName.toLowerCase())];
  const translated = ast === undefined || isDoubtful ? undefined : readPredicate(ast, columnOf);
  return { sql: readable(sql, reference, stub), translated };
}

/** Plans call columns c0, c1, ... where names could be misread; people see the names. */
function readable(sql: string, { columns }: Reference, { planNames }: StubTable): string {
  if (planNames.some((name, i) => name !== `c${i}`)) return sql;
  return sql.replace(/'(?:[^']|'')*'|\bc(\d+)\b/g, (part, index: string | undefined) =>
    index === undefined ? part : (columns[Number(index)]?.name ?? part),
  );
}

/** The ASTs of the conjuncts, which are SQL text, in one call; those that do not parse alone are left out. */
async function parseExpressions(texts: readonly string[], planner: PlannerDatabase): Promise<Map<string, AstNode>> {
  const distinct = [...new Set(texts)];
  if (distinct.length === 0) return new Map();
  const all = await parseList(distinct, planner);
  if (all !== undefined) return all;
  const each = await Promise.all(distinct.map((text) => parseList([text], planner)));
  return new Map(each.flatMap((found) => [...(found ?? [])]));
}

async function parseList(
  texts: readonly string[],
  planner: PlannerDatabase,
): Promise<Map<string, AstNode> | undefined> {
  const answer = parseAst(await planner.serialize(`SELECT ${texts.join(', ')}`));
  const [statement] = Array.isArray(answer['statements']) ? answer['statements'] : [];
  const list = isNode(statement) && isNode(statement['node']) ? statement['node']['select_list'] : undefined;
  // A text that is not one expression would shift the others: then each is parsed by itself.
  if (!Array.isArray(list) || list.length !== texts.length) return undefined;
  return new Map(texts.flatMap((text, i) => (isNode(list[i]) ? [[text, list[i]]] : [])));
}
