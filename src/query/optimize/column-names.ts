import type { PlannerDatabase } from '../duckdb/planner-database.js';
import type { EditedText } from '../parse/edited-text.js';
import { type AstNode, childrenOf, isNode, nodesOf, textMember } from '../parse/parse-statement.js';
import type { FoundNames } from '../resolve/find-tables.js';
import type { Reference } from '../resolve/reference.js';
import { rewriteText } from '../resolve/rewrite-text.js';
import { stubTable } from './stub-tables.js';

/**
 * The names of the statement's columns where DuckDB would make them of what stands for a table: a subquery without an alias
 * is named by its text. Undefined when there is none, and DuckDB's own names are right.
 */
export async function columnNames(
  { ast, text, names }: { readonly ast: AstNode; readonly text: EditedText; readonly names: FoundNames },
  references: readonly Reference[],
  planner: Pick<PlannerDatabase, 'columnNames'>,
): Promise<readonly string[] | undefined> {
  const selected = nodesOf(firstSelect(ast)['select_list']);
  if (!selected.some((item) => textMember(item, 'alias') === '' && hasSubquery(item))) return undefined;
  const stubs = references.map(stubTable);
  const stubText = rewriteText(text, names, references, ({ slot }) => stubs[slot]?.source ?? '');
  const found = await planner.columnNames(stubText.text, new Map(stubs.map(({ key, stub }) => [key, stub])));
  return found.map((name) =>
    name.replace(/headgate_ref_(\d+)\('\d+'\) AS ("(?:[^"]|"")*"|\w+)/g, (_, slot: string, alias: string) => {
      const table = references[Number(slot)]?.found;
      return table === undefined || table.alias === '' ? alias : `${table.name} AS ${alias}`;
    }),
  );
}

/** The columns of a set operation are those of its first query. */
function firstSelect(node: AstNode): AstNode {
  const { left } = node;
  return isNode(left) && node['select_list'] === undefined ? firstSelect(left) : node;
}

function hasSubquery(node: AstNode): boolean {
  return node['class'] === 'SUBQUERY' || childrenOf(node).some(hasSubquery);
}
