import { HeadgateError } from '../../base/errors/headgate-error.js';
import { type ColumnType, sqlTypeName } from '../../catalog/column-type.js';
import type { Column } from '../../catalog/model.js';
import type { Workspace } from '../duckdb/compute-database.js';
import { readDuckdbError } from '../duckdb/duckdb-error.js';
import { ITEM_COLUMN } from '../resolve/reference.js';
import { pageRows } from './page-rows.js';
import { readsAsNull, roundsNumber } from './read-value.js';
import { readWarnings } from './read-warnings.js';
import { canonicalPage, itemsOf, widenFor } from './widen-page.js';

/** A staged part: rows whose columns have these types. Later parts have wider ones where a page needed them. */
interface Part {
  readonly table: string;
  readonly types: readonly ColumnType[];
  readonly insert: (page: Uint8Array) => Promise<void>;
  isEmpty: boolean;
}

/** Columns per flag word: two bits for each column, in a BIGINT. */
const COLUMNS_PER_WORD = 31;

/**
 * The rows of one table reference on their way into DuckDB: each page is one statement, with the page as its parameter,
 * so decoding happens in DuckDB's threads. A number that a column's type would round starts a new part with a wider type;
 * nothing is read twice and nothing is rounded.
 */
export class StagedTable {
  private readonly parts: Part[] = [];
  private partCount = 0;

  private constructor(
    private readonly workspace: Workspace,
    private readonly name: string,
    /** Columns that the statement needs, in the order of the reference. */
    private readonly columns: readonly Column[],
  ) {}

  /** `name` is unique in the workspace; `columns` may be empty, when only the number of rows counts. */
  static async create(workspace: Workspace, name: string, columns: readonly Column[]): Promise<StagedTable> {
    const staged = new StagedTable(workspace, name, columns);
    await staged.addPart(columns.map(({ type }) => type));
    return staged;
  }

  /** Adds the items of a page, a JSON array in DynamoDB JSON. */
  async add(page: Uint8Array): Promise<void> {
    const part = this.parts.at(-1);
    try {
      if (part !== undefined) await insert(part, page);
    } catch (error) {
      if (part === undefined || !isMisfit(error)) throw error;
      await this.addToWiderPart(canonicalPage(page), part, error);
    }
  }

  /** The parts' tables and column types. */
  get stagedParts(): readonly Pick<Part, 'table' | 'types'>[] {
    return this.parts;
  }

  /**
   * Sentences about values that read as NULL or were rounded, by column. `rounded` counts what was rounded after it was
   * staged, for each column.
   */
  async warnings(displayName: string, rounded: readonly number[]): Promise<string[]> {
    const flagged = await this.flaggedValues();
    return this.columns.flatMap((column, i) =>
      readWarnings(displayName, column, {
        others: flagged[2 * i] ?? 0,
        rounded: (flagged[2 * i + 1] ?? 0) + (rounded[i] ?? 0),
      }),
    );
  }

  /** Two counts for each column: values of another type, rounded values. Empty when there are none. */
  private async flaggedValues(): Promise<number[]> {
    const words = wordCount(this.columns.length);
    const any = Array.from({ length: words }, (_, i) => `coalesce(bit_or(flags${i}), 0)`);
    const all = this.parts
      .map((part) => `SELECT ${flagNames(words).join(', ')} FROM ${part.table}`)
      .join(' UNION ALL ');
    const [flags] = words === 0 ? [] : await this.workspace.rows(`SELECT ${any.join(', ')} FROM (${all})`);
    if (flags === undefined || flags.every((flag) => flag === 0n)) return [];
    const counts = this.columns.flatMap((_, i) => [0, 1].map((bit) => `count(*) FILTER (WHERE ${flagTest(i, bit)})`));
    const [row = []] = await this.workspace.rows(`SELECT ${counts.join(', ')} FROM (${all})`);
    return row.map(Number);
  }

  /** The page again, in a new part that fits it; the types it needs are found by looking at its numbers. */
  private async addToWiderPart(page: Uint8Array, part: Part, cause: unknown): Promise<void> {
    const items = itemsOf(page);
    const types = part.types.map((type, i) =>
      widenFor(
        type,
        items.map((item) => item[this.columns[i]?.attribute ?? '']),
      ),
    );
    // A part without rows says nothing about what the column has to hold.
    if (part.isEmpty) this.parts.pop();
    const known = this.parts.find((other) => types.every((type, i) => isSame(type, other.types[i])));
    const target = known ?? (await this.addPart(types));
    try {
      await insert(target, page);
    } catch (error) {
      throw new HeadgateError('INTERNAL', `a page of items could not be staged`, { cause: error ?? cause });
    }
  }

  private async addPart(types: readonly ColumnType[]): Promise<Part> {
    await this.workspace.attach();
    const table = `${this.workspace.name}.main.${this.name}_part${this.partCount++}`;
    const select = stagingSelect(this.columns, types);
    const columns = [
      ...types.map((type, i) => `c${i} ${sqlTypeName(type)}`),
      ...flagNames(wordCount(types.length)).map((flag) => `${flag} BIGINT`),
      'present BOOLEAN',
    ];
    await this.workspace.run(`CREATE TABLE ${table} (${columns.join(', ')})`);
    const insert = await this.workspace.prepare(`INSERT INTO ${table} ${select}`);
    const part = { table, types, insert, isEmpty: true };
    this.parts.push(part);
    return part;
  }
}

async function insert(part: Part, page: Uint8Array): Promise<void> {
  await part.insert(page);
  part.isEmpty = false;
}

function isSame(a: ColumnType, b: ColumnType | undefined): boolean {
  return b !== undefined && sqlTypeName(a) === sqlTypeName(b);
}

/** The INSERT's query: the columns' values, the flag words, and a column that is there when no other is. */
function stagingSelect(columns: readonly Column[], types: readonly ColumnType[]): string {
  const { from, values, access } = pageRows(columns, types, '$1');
  return `SELECT ${[...values, ...flagWords(columns, types, access), 'true'].join(', ')} FROM ${from}`;
}

function flagWords(columns: readonly Column[], types: readonly ColumnType[], access: (i: number) => string): string[] {
  return Array.from({ length: wordCount(columns.length) }, (_, word) => {
    const first = word * COLUMNS_PER_WORD;
    const bits = columns.slice(first, first + COLUMNS_PER_WORD).flatMap((column, at) => {
      const type = types[first + at] ?? column.type;
      const other = column === ITEM_COLUMN ? 'false' : readsAsNull(type, access(first + at));
      const rounded = column === ITEM_COLUMN ? 'false' : roundsNumber(type, access(first + at));
      return [bitOf(other, 2 * at), bitOf(rounded, 2 * at + 1)].filter((bit) => bit !== undefined);
    });
    return bits.length === 0 ? 'CAST(0 AS BIGINT)' : bits.join(' | ');
  });
}

function bitOf(condition: string, bit: number): string | undefined {
  return condition === 'false'
    ? undefined
    : `CASE WHEN ${condition} THEN ${2n ** BigInt(bit)}::BIGINT ELSE 0::BIGINT END`;
}

function wordCount(columns: number): number {
  return Math.ceil(columns / COLUMNS_PER_WORD);
}

function flagNames(words: number): string[] {
  return Array.from({ length: words }, (_, i) => `flags${i}`);
}

function flagTest(column: number, bit: number): string {
  const mask = 2n ** BigInt(2 * (column % COLUMNS_PER_WORD) + bit);
  return `flags${Math.floor(column / COLUMNS_PER_WORD)} & ${mask} <> 0`;
}

/** The staging statement refused a number, by our own check or because the cast overflowed. */
function isMisfit(error: unknown): boolean {
  return ['Conversion', 'Invalid Input', 'Out of Range'].includes(readDuckdbError(error).type);
}
