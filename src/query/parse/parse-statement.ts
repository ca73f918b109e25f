import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { PlannerDatabase } from '../duckdb/planner-database.js';
import type { EditedText } from './edited-text.js';
import { toBytes } from './scan-sql.js';
import { notAQuery, severalStatements } from './statement-kind.js';

/** A node of DuckDB's serialized AST. */
export type AstNode = { readonly [member: string]: AstValue };
export type AstValue = null | boolean | number | string | readonly AstValue[] | AstNode;

/** The AST of the one query in the text. Throws SQL_SYNTAX, SQL_UNSUPPORTED or SQL_REFUSED, with the position. */
export async function parseQuery(text: EditedText, planner: PlannerDatabase): Promise<AstNode> {
  if (text.bytes.trim() === '') throw new HeadgateError('SQL_SYNTAX', 'the statement is empty');
  const answer = parseAst(await planner.serialize(text.text));
  if (answer['error'] === true) throw parseError(answer, text);
  const statements = Array.isArray(answer['statements']) ? answer['statements'] : [];
  const [first, second] = statements;
  if (!isNode(first) || !isNode(first['node'])) throw new HeadgateError('SQL_SYNTAX', 'the statement is empty');
  if (second !== undefined) throw severalStatements(text);
  return first['node'];
}

/** JSON.parse, but numbers of 16 digits and more become text, because a double would change them. */
export function parseAst(json: string): AstNode {
  const exact = json.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]{15,}/g, (part) => (part[0] === '"' ? part : `"${part}"`));
  return JSON.parse(exact) as AstNode; // DuckDB's serializer writes an object.
}

export function isNode(value: AstValue | undefined): value is AstNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The nodes of a member that is a list; none when it is absent. */
export function nodesOf(value: AstValue | undefined): AstNode[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** A member that is text, or the empty text: the serializer leaves empty members out. */
export function textMember(node: AstNode, member: string): string {
  const value = node[member];
  return typeof value === 'string' ? value : '';
}

/** Byte offset of a node in the parsed text; undefined for nodes that the parser made itself. */
export function locationOf(node: AstNode): number | undefined {
  const location = node['query_location'];
  return typeof location === 'number' ? location : undefined;
}

/** Child nodes of a node, in the order of its members. */
export function childrenOf(node: AstNode): AstNode[] {
  return Object.values(node).flatMap(nodesIn);
}

function nodesIn(value: AstValue): AstNode[] {
  if (Array.isArray(value)) return value.flatMap(nodesIn);
  return isNode(value) ? [value] : [];
}

function parseError(answer: AstNode, text: EditedText): HeadgateError {
  const message = textMember(answer, 'error_message');
  if (answer['error_type'] !== 'parser') return notAQuery(text, new Error(message));
  // Unlike places in the AST, this one counts characters.
  const before = [...text.text].slice(0, Number(answer['position'])).join('');
  const isPlaced = answer['position'] !== undefined;
  return new HeadgateError('SQL_SYNTAX', message, isPlaced ? { position: text.position(toBytes(before).length) } : {});
}
