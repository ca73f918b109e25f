/** A node of DuckDB's serialized AST. */
export type AstNode = { readonly [member: string]: AstValue };
export type AstValue = null | boolean | number | string | readonly AstValue[] | AstNode;

/**
 * JSON.parse, but numbers of 16 digits and more become text, because a double would change them, and so do DuckDB's NaN and
 * Infinity, which no JSON has.
 */
export function parseAst(json: string): AstNode {
  const exact = json.replace(/"(?:[^"\\]|\\.)*"|-?(?:\d[\d.eE+-]{15,}|NaN|Infinity)/g, (part) =>
    part[0] === '"' ? part : `"${part}"`,
  );
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
