import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { PlannerDatabase } from '../duckdb/planner-database.js';
import { type AstNode, isNode, parseAst, textMember } from './ast.js';
import type { EditedText } from './edited-text.js';
import { parseByShape } from './parse-shape.js';
import { toBytes } from './scan-sql.js';
import { notAQuery, severalStatements } from './statement-kind.js';

export * from './ast.js';

/** The AST of the one query in the text. Throws SQL_SYNTAX, SQL_UNSUPPORTED or SQL_REFUSED, with the position. */
export async function parseQuery(text: EditedText, planner: PlannerDatabase): Promise<AstNode> {
  if (text.bytes.trim() === '') throw new HeadgateError('SQL_SYNTAX', 'the statement is empty');
  const answer = (await parseByShape(text, planner)) ?? parseAst(await planner.serialize(text.text));
  if (answer['error'] === true) throw parseError(answer, text);
  const statements = Array.isArray(answer['statements']) ? answer['statements'] : [];
  const [first, second] = statements;
  if (!isNode(first) || !isNode(first['node'])) throw new HeadgateError('SQL_SYNTAX', 'the statement is empty');
  if (second !== undefined) throw severalStatements(text);
  return first['node'];
}

function parseError(answer: AstNode, text: EditedText): HeadgateError {
  const message = textMember(answer, 'error_message');
  if (answer['error_type'] !== 'parser') return notAQuery(text, new Error(message));
  // Unlike places in the AST, this one counts characters.
  const before = [...text.text].slice(0, Number(answer['position'])).join('');
  const isPlaced = answer['position'] !== undefined;
  return new HeadgateError('SQL_SYNTAX', message, isPlaced ? { position: text.position(toBytes(before).length) } : {});
}
