import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { EditedText } from '../parse/edited-text.js';
import { type AstNode, childrenOf, isNode, locationOf, textMember } from '../parse/parse-statement.js';
import { checkFunction, checkTableFunction } from './refused-functions.js';
import { checkSize } from './refused-sizes.js';

/** A base table in the statement's AST: a name that is not a common table expression. */
export interface FoundTable {
  readonly schema: string;
  readonly name: string;
  /** Byte offset of the name in the parsed text. */
  readonly offset: number;
  /** As the statement writes it; empty when the table goes by its own name. */
  readonly alias: string;
  /** `FROM t AS x(a, b)` renames columns. */
  readonly renamesColumns: boolean;
  /** `DESCRIBE t`, `SUMMARIZE t`: the parser made the SELECT around it, and no alias may follow the name. */
  readonly bare: boolean;
}

/** A star of the statement, with the tables that stand directly in the FROM clause it expands. */
export interface FoundStar {
  readonly node: AstNode;
  readonly tables: readonly FoundTable[];
}

export interface FoundNames {
  readonly tables: readonly FoundTable[];
  readonly stars: readonly FoundStar[];
  readonly columns: readonly AstNode[];
  readonly hasNaturalJoin: boolean;
}

/** Every table, star and column reference of a query, by the scoping rules of WITH. Throws SQL_REFUSED for what is not allowed. */
export function findTables(query: AstNode, text: EditedText): FoundNames {
  const walk = new Walk(text);
  walk.visit(query, { names: new Set(), tables: [] });
  return walk;
}

interface Scope {
  /** Lower-case names of the common table expressions in sight. */
  readonly names: ReadonlySet<string>;
  /** Tables directly in the FROM clause of the innermost SELECT. */
  readonly tables: readonly FoundTable[];
}

class Walk implements FoundNames {
  readonly tables: FoundTable[] = [];
  readonly stars: FoundStar[] = [];
  readonly columns: AstNode[] = [];
  hasNaturalJoin = false;
  private readonly found = new Map<AstNode, FoundTable>();

  constructor(private readonly text: EditedText) {}

  visit(node: AstNode, scope: Scope): void {
    switch (node['type']) {
      case 'SELECT_NODE':
      case 'SET_OPERATION_NODE':
      case 'CTE_NODE':
        this.visitQuery(node, scope);
        return;
      case 'RECURSIVE_CTE_NODE':
        this.visitQuery(node, withName(scope, textMember(node, 'cte_name')));
        return;
      case 'BASE_TABLE':
        this.visitTable(node, scope, false);
        return;
      case 'SHOW_REF':
        this.visitShow(node, scope);
        return;
      case 'TABLE_FUNCTION':
        checkTableFunction(node, this.text);
        this.visitCall(node, scope);
        return;
      case 'JOIN':
        if (node['ref_type'] === 'NATURAL') this.hasNaturalJoin = true;
        break;
      case 'STAR':
        this.stars.push({ node, tables: scope.tables });
        break;
      case 'COLUMN_REF':
        this.columns.push(node);
        break;
    }
    if (node['class'] === 'FUNCTION' || node['class'] === 'WINDOW') checkFunction(node, this.text);
    if (node['class'] === 'FUNCTION') checkSize(node, this.text);
    for (const child of childrenOf(node)) this.visit(child, scope);
  }

  /** The arguments of a table function; itself it gives its rows bit by bit, however many. */
  private visitCall({ function: call, ...rest }: AstNode, scope: Scope): void {
    for (const child of [...childrenOf(rest), ...(isNode(call) ? childrenOf(call) : [])]) this.visit(child, scope);
  }

  /** A query sees the expressions of its own WITH, each of which sees those before it. */
  private visitQuery(node: AstNode, outer: Scope): void {
    let scope: Scope = { names: outer.names, tables: [] };
    const { cte_map: with_, from_table: from, ...rest } = node;
    for (const entry of isNode(with_) && Array.isArray(with_['map']) ? with_['map'] : []) {
      if (!isNode(entry) || !isNode(entry['value'])) continue;
      this.visit(entry['value'], scope);
      scope = withName(scope, textMember(entry, 'key'));
    }
    if (isNode(from)) {
      this.visit(from, scope);
      scope = { names: scope.names, tables: this.directTables(from) };
    }
    for (const child of childrenOf(rest)) this.visit(child, scope);
  }

  private visitTable(node: AstNode, scope: Scope, bare: boolean): void {
    const schema = textMember(node, 'schema_name');
    const name = textMember(node, 'table_name');
    const offset = locationOf(node);
    if (schema === '' && scope.names.has(name.toLowerCase())) return;
    if (offset === undefined)
      throw new HeadgateError('SQL_UNSUPPORTED', `the table ${name} stands where it cannot be read`);
    const position = this.text.position(offset);
    if (textMember(node, 'catalog_name') !== '') {
      throw new HeadgateError('TABLE_NOT_FOUND', `a table name has at most two parts: schema and table`, { position });
    }
    if (isNode(node['at_clause'])) {
      throw new HeadgateError('SQL_UNSUPPORTED', 'AT (time travel) is not supported', {
        position,
        detail: 'DynamoDB serves the items as they are now.',
      });
    }
    const table: FoundTable = {
      schema,
      name,
      offset,
      alias: textMember(node, 'alias'),
      renamesColumns: Array.isArray(node['column_name_alias']) && node['column_name_alias'].length > 0,
      bare,
    };
    this.tables.push(table);
    this.found.set(node, table);
  }

  /** DESCRIBE, SHOW and SUMMARIZE; the SELECT that the parser puts around a bare table name has no place in the text. */
  private visitShow(node: AstNode, scope: Scope): void {
    const query = node['query'];
    if (!isNode(query)) {
      throw new HeadgateError('SQL_UNSUPPORTED', 'SHOW is supported as a statement of its own', {
        hint: 'Use SELECT ... FROM information_schema.tables inside a query.',
      });
    }
    const from = query['from_table'];
    const [star] = Array.isArray(query['select_list']) ? query['select_list'] : [];
    if (isNode(from) && from['type'] === 'BASE_TABLE' && isNode(star) && locationOf(star) === undefined) {
      this.visitTable(from, scope, true);
    } else {
      this.visit(query, scope);
    }
  }

  private directTables(from: AstNode): FoundTable[] {
    const table = this.found.get(from);
    if (table !== undefined) return [table];
    if (from['type'] !== 'JOIN') return [];
    return [from['left'], from['right']].flatMap((side) => (isNode(side) ? this.directTables(side) : []));
  }
}

function withName(scope: Scope, name: string): Scope {
  return { ...scope, names: new Set([...scope.names, name.toLowerCase()]) };
}
