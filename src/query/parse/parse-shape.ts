import type { PlannerDatabase } from '../duckdb/planner-database.js';
import { type AstNode, type AstValue, childrenOf, isNode, parseAst, textMember } from './ast.js';
import { fromBytes, scanSql, type Token, textOf } from './scan-sql.js';

/** Longer texts come from programs that write them anew each time, and would push the others out of the cache. */
const MAX_SHAPE_BYTES = 4096;
const MAX_CONSTANTS = 64;

/**
 * The AST of a text that differs from an earlier one in nothing but constants, without DuckDB: its shape, which is the
 * text with `$1`, `$2`, ... in place of them, has been parsed before, and the constants are put into that AST. Undefined
 * when the text has to be parsed itself: it is long, its shape is no statement (`DATE '2026-07-01'` takes no parameter),
 * or wrong.
 */
export async function parseByShape(
  text: { readonly bytes: string },
  planner: Pick<PlannerDatabase, 'serialize' | 'shapes'>,
): Promise<AstNode | undefined> {
  const lifted = liftConstants(text.bytes);
  if (lifted === undefined) return undefined;
  const known = planner.shapes.get(lifted.shape);
  const ast = known === undefined ? await parseShape(lifted, planner) : known.ast;
  return ast === undefined ? undefined : putBack(ast, lifted);
}

interface Lifted {
  /** In bytes form, as the text. */
  readonly shape: string;
  /** The AST nodes of the constants, in the order of their parameters; equal ones share one, because the parser compares. */
  readonly constants: readonly AstNode[];
  /** Behind the byte `from` of the shape, places in the text are `by` bytes farther on. */
  readonly moves: readonly { readonly from: number; readonly by: number }[];
}

function liftConstants(bytes: string): Lifted | undefined {
  // A shape is seldom longer than its text, and never by much.
  if (bytes.length > 2 * MAX_SHAPE_BYTES) return undefined;
  const constants: AstNode[] = [];
  const numbers = new Map<string, number>();
  const moves: { from: number; by: number }[] = [];
  let shape = '';
  let at = 0;
  let before: Token | undefined;
  for (const token of scanSql(bytes)) {
    if (token.kind === 'parameter') return undefined;
    // DuckDB's parser makes one constant of `-5`, but not of `-$1`.
    const value = textOf(bytes, before) === '-' ? undefined : constantOf(bytes, token);
    before = token;
    if (value === undefined) continue;
    const key = JSON.stringify(value);
    const number = numbers.get(key) ?? constants.push({ class: 'CONSTANT', type: 'VALUE_CONSTANT', value });
    numbers.set(key, number);
    shape += `${bytes.slice(at, token.start)}$${number}`;
    at = token.end;
    moves.push({ from: shape.length, by: token.end - shape.length });
  }
  shape += bytes.slice(at);
  return constants.length > MAX_CONSTANTS || shape.length > MAX_SHAPE_BYTES ? undefined : { shape, constants, moves };
}

/** The value of an AST node for a plain string or a small integer, as DuckDB writes it; undefined for all other tokens. */
function constantOf(bytes: string, { kind, start, end }: Token): AstNode | undefined {
  // Next to a letter it may be part of something else: E'\n', U&'\0041', 0x1F.
  if (/[\w&$.\x80-\xff]/.test(bytes.charAt(start - 1) + bytes.charAt(end))) return undefined;
  const written = bytes.slice(start, end);
  if (kind === 'number' && /^\d{1,9}$/.test(written)) {
    return { type: { id: 'INTEGER' }, is_null: false, value: Number(written) };
  }
  if (kind !== 'string' || !written.startsWith("'")) return undefined;
  const value = fromBytes(written.slice(1, -1).replaceAll("''", "'"));
  return { type: { id: 'VARCHAR' }, is_null: false, ...(value === '' ? {} : { value }) };
}

async function parseShape(
  { shape, constants }: Lifted,
  planner: Pick<PlannerDatabase, 'serialize' | 'shapes'>,
): Promise<AstNode | undefined> {
  const json = await planner.serialize(fromBytes(shape));
  const ast = parseAst(json);
  // A parameter that is not where an expression may be has become something else, or nothing.
  const isUsable = ast['error'] !== true && parametersIn(ast).size === constants.length;
  planner.shapes.set(shape, isUsable ? ast : undefined, json.length);
  return isUsable ? ast : undefined;
}

function parametersIn(node: AstNode): Set<string> {
  if (node['class'] === 'PARAMETER') return new Set([textMember(node, 'identifier')]);
  return new Set(childrenOf(node).flatMap((child) => [...parametersIn(child)]));
}

/** The AST of the text: that of the shape with the constants, which have no place, and all other places moved. */
function putBack(ast: AstNode, { constants, moves }: Lifted): AstNode {
  const place = (offset: number) => offset + (moves.findLast(({ from }) => from <= offset)?.by ?? 0);
  const visit = (value: AstValue): AstValue => {
    if (Array.isArray(value)) return value.map(visit);
    return isNode(value) ? visitNode(value) : value;
  };
  const visitNode = (node: AstNode): AstNode => {
    const members = Object.entries(node).map(([name, value]): [string, AstValue] => [
      name,
      name === 'query_location' && typeof value === 'number' ? place(value) : visit(value),
    ]);
    if (node['class'] !== 'PARAMETER') return Object.fromEntries(members);
    const { alias } = node;
    const constant = constants[Number(node['identifier']) - 1] ?? node;
    return alias === undefined ? constant : { ...constant, alias };
  };
  return visitNode(ast);
}
