import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { Edit, EditedText } from '../parse/edited-text.js';
import { type AstNode, locationOf, textMember } from '../parse/parse-statement.js';
import { endOfName, isName, quoteIdentifier, scanSql, type Token, textOf } from '../parse/scan-sql.js';
import type { FoundNames, FoundStar, FoundTable } from './find-tables.js';
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

  tableEdit(reference: Reference, source: string): Edit {
    const { found, alias } = reference;
    const first = this.indexAt(found.offset);
    const last = this.tokens[endOfName(this.text.bytes, this.tokens, first) - 1];
    const keyword = this.tableKeyword(found);
    const select = keyword === undefined && !found.bare ? '' : `SELECT *${excluding([reference])} FROM `;
    const named = found.alias === '' ? ` AS ${quoteIdentifier(alias)}` : '';
    return {
      start: keyword?.start ?? found.offset,
      end: last?.end ?? found.offset,
      text: `${select}${source}${named}`,
    };
  }

  /** The word TABLE of `TABLE t`, which is short for `SELECT * FROM t` and takes nothing but a name. */
  private tableKeyword({ offset }: FoundTable): Token | undefined {
    const before = this.tokens[this.indexAt(offset) - 1];
    return textOf(this.text.bytes, before).toLowerCase() === 'table' ? before : undefined;
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
    if (offset === undefined || tables.some((table) => this.tableKeyword(table) !== undefined)) return [];
    const relation = textMember(node, 'relation_name');
    const exclude = excluding(
      this.references.filter(
        ({ found, alias }) => tables.includes(found) && (relation === '' || same(alias, relation)),
      ),
    );
    // ORDER BY ALL is a star, too, but over what was selected: there `_item` is only where the statement put it.
    const isAll = textOf(this.text.bytes, this.tokens[this.indexAt(offset)]).toLowerCase() === 'all';
    if (exclude === '' || isAll) return [];
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
    return this.excludeEdits(offset, exclude);
  }

  /** Adds names to what a star excludes: a new EXCLUDE, a longer one, or a SELECT list for `FROM t` without one. */
  private excludeEdits(offset: number, exclude: string): Edit[] {
    const at = this.indexAt(offset);
    const word = (index: number) => textOf(this.text.bytes, this.tokens[index]).toLowerCase();
    if (word(at) === 'from') return [{ start: offset, end: offset, text: `SELECT *${exclude} ` }];
    const star = this.tokens.findIndex((_, index) => index >= at && word(index) === '*');
    const end = this.tokens[star]?.end ?? offset;
    if (word(star + 1) !== 'exclude') return [{ start: end, end, text: exclude }];
    const isList = word(star + 2) === '(';
    const first = this.tokens[isList ? star + 3 : star + 2];
    const start = first?.start ?? end;
    // `EXCLUDE (a, b)` or `EXCLUDE a` becomes `EXCLUDE (t._item, a...)`.
    const longer: Edit = { start: end, end: start, text: `${exclude.slice(0, -1)}, ` };
    if (isList) return [longer];
    const last = this.tokens[endOfName(this.text.bytes, this.tokens, star + 2) - 1]?.end ?? start;
    return [longer, { start: last, end: last, text: ')' }];
  }

  private schemaEdit(offset: number, schema: string, table: string): Edit[] {
    const meant = this.references.some(
      (reference) =>
        reference.found.alias === '' && same(schemaOf(reference), schema) && same(reference.found.name, table),
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

/** ` EXCLUDE ("t"._item)` for those of the references that have the column; empty where none has. */
function excluding(references: readonly Reference[]): string {
  const items = references
    .filter(({ columns }) => columns.includes(ITEM_COLUMN))
    .map(({ alias }) => `${quoteIdentifier(alias)}.${ITEM_COLUMN.name}`);
  return items.length === 0 ? '' : ` EXCLUDE (${items.join(', ')})`;
}

/** The schema as written, or the one that the name was found in. */
function schemaOf({ found, source }: Reference): string {
  return found.schema === '' && source.kind === 'table' ? source.table.schema : found.schema;
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
