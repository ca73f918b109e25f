import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { Edit, EditedText } from '../parse/edited-text.js';
import { type AstNode, locationOf, textMember } from '../parse/parse-statement.js';
import { endOfName, isName, quoteIdentifier, scanSql, type Token, textOf } from '../parse/scan-sql.js';
import type { FoundNames, FoundStar } from './find-tables.js';
import { ITEM_COLUMN, type Reference } from './reference.js';

/**
 * The user's own text with every table name replaced by `source(reference)`; aliases, spelling and everything else stay
 * as they are, so column names and error positions do too. Three things follow from the replacement:
 * a table without an alias gets its name as one; `schema.table.column` loses its schema; and where `_item` is among the
 * columns, each star leaves it out.
 */
export function rewriteText(
  text: EditedText,
  names: FoundNames,
  references: readonly Reference[],
  source: (reference: Reference) => string,
): EditedText {
  const rewriter = new Rewriter(text, references);
  return text.edit([
    ...references.map((reference) => rewriter.tableEdit(reference, source(reference))),
    ...names.columns.flatMap((node) => rewriter.qualifiedColumnEdit(node)),
    ...names.stars.flatMap((star) => rewriter.starEdits(star, names.hasNaturalJoin)),
  ]);
}

class Rewriter {
  private readonly tokens: readonly Token[];
  private readonly indexByStart: ReadonlyMap<number, number>;

  constructor(
    private readonly text: EditedText,
    private readonly references: readonly Reference[],
  ) {
    this.tokens = scanSql(text.bytes);
    this.indexByStart = new Map(this.tokens.map((token, index) => [token.start, index]));
  }

  tableEdit({ found, alias }: Reference, source: string): Edit {
    const first = this.indexAt(found.offset);
    const last = this.tokens[endOfName(this.text.bytes, this.tokens, first) - 1];
    const named = found.alias === '' ? ` AS ${quoteIdentifier(alias)}` : '';
    return {
      start: found.offset,
      end: last?.end ?? found.offset,
      text: `${found.bare ? 'SELECT * FROM ' : ''}${source}${named}`,
    };
  }

  /** `demo.flights.origin` -> `flights.origin`: the replaced table is known by its name alone. */
  qualifiedColumnEdit(node: AstNode): Edit[] {
    const parts = Array.isArray(node['column_names']) ? node['column_names'].map(String) : [];
    const offset = locationOf(node);
    if (parts.length < 3 || offset === undefined) return [];
    return this.schemaEdit(offset, parts[0] ?? '', parts[1] ?? '');
  }

  starEdits({ node, tables }: FoundStar, hasNaturalJoin: boolean): Edit[] {
    const offset = locationOf(node);
    if (offset === undefined) return [];
    const edits: Edit[] = [];
    const relation = textMember(node, 'relation_name');
    if (relation !== '') {
      const first = this.tokens[this.indexAt(offset)];
      edits.push(...this.schemaEdit(offset, unquote(textOf(this.text.bytes, first)), relation));
    }
    const withItem = this.references.filter(
      (reference) =>
        tables.includes(reference.found) &&
        reference.columns.includes(ITEM_COLUMN) &&
        (relation === '' || same(reference.alias, relation)),
    );
    if (withItem.length === 0) return edits;
    if (hasNaturalJoin || node['columns'] === true) {
      throw new HeadgateError(
        'SQL_UNSUPPORTED',
        `_item cannot stand beside ${hasNaturalJoin ? 'NATURAL JOIN' : 'COLUMNS(...)'}`,
        {
          position: this.text.position(offset),
          hint: 'Name the columns.',
        },
      );
    }
    const excluded = withItem.map((reference) => `${quoteIdentifier(reference.alias)}.${ITEM_COLUMN.name}`).join(', ');
    edits.push(...this.excludeEdits(offset, excluded));
    return edits;
  }

  /** Adds names to what a star excludes: a new EXCLUDE, a longer one, or a SELECT list for `FROM t` without one. */
  private excludeEdits(offset: number, excluded: string): Edit[] {
    let index = this.indexAt(offset);
    const word = () => textOf(this.text.bytes, this.tokens[index]).toLowerCase();
    if (word() === 'from') return [{ start: offset, end: offset, text: `SELECT * EXCLUDE (${excluded}) ` }];
    if (word() === 'table') {
      return [{ start: offset, end: this.tokens[index]?.end ?? offset, text: `SELECT * EXCLUDE (${excluded}) FROM` }];
    }
    while (word() !== '*') index += 1;
    const star = this.tokens[index];
    index += 1;
    if (word() !== 'exclude')
      return [{ start: star?.end ?? offset, end: star?.end ?? offset, text: ` EXCLUDE (${excluded})` }];
    index += 1;
    const list = this.tokens[index];
    if (list === undefined) return [];
    if (word() === '(') return [{ start: list.end, end: list.end, text: `${excluded}, ` }];
    const end = this.tokens[endOfName(this.text.bytes, this.tokens, index) - 1]?.end ?? list.end;
    return [
      { start: list.start, end: list.start, text: `(${excluded}, ` },
      { start: end, end, text: ')' },
    ];
  }

  private schemaEdit(offset: number, schema: string, table: string): Edit[] {
    const meant = this.references.some(
      ({ found }) => found.alias === '' && same(found.schema, schema) && same(found.name, table),
    );
    const shadowed = this.references.some(({ alias }) => same(alias, schema));
    if (!meant || shadowed) return [];
    const index = this.indexAt(offset);
    const second = this.tokens[index + 2];
    if (textOf(this.text.bytes, this.tokens[index + 1]) !== '.' || !isName(second)) return [];
    return [{ start: offset, end: second?.start ?? offset, text: '' }];
  }

  private indexAt(offset: number): number {
    const index = this.indexByStart.get(offset);
    if (index === undefined) throw new HeadgateError('INTERNAL', `no token at byte ${offset} of the statement`);
    return index;
  }
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function unquote(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}
