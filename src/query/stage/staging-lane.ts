import { HeadgateError } from '../../base/errors/headgate-error.js';
import { inStretches } from '../../base/next-turn.js';
import { type ColumnType, sqlTypeName } from '../../catalog/column-type.js';
import type { Column } from '../../catalog/model.js';
import type { Item } from '../../dynamodb/attribute-value.js';
import type { Workspace } from '../duckdb/compute-database.js';
import type { SerialConnection } from '../duckdb/serial-connection.js';
import type { RowBatch } from '../result.js';
import { pageMembers, plainPage } from './plain-page.js';
import { partColumns, stagingInsert } from './staging-sql.js';
import { canonicalJson, itemsOf, widenFor } from './widen-page.js';

/** A staged part: rows whose columns have these types. Later parts have wider ones where items needed them. */
export interface StagedPart {
  readonly types: readonly ColumnType[];
  /** What stands for its rows in a FROM clause. */
  readonly from: string;
}

interface OpenPart {
  readonly table: string;
  readonly types: readonly ColumnType[];
  readonly insert: (page: Uint8Array) => Promise<RowBatch>;
  rows: number;
  misfits: number;
}

/**
 * One of the connections by which a reference is staged, with tables of its own in one transaction: DuckDB then keeps the
 * rows as they were inserted, where a commit after each page would copy them. Each page is one statement, with the page as
 * its parameter, so decoding happens in DuckDB's threads. Items with a number that a column's type would round are marked
 * in the statement and go to a part with wider types; nothing is read twice and nothing is rounded.
 */
export class StagingLane {
  private readonly parts: OpenPart[] = [];
  private connection: SerialConnection | undefined;

  constructor(
    private readonly workspace: Workspace,
    /** Beginning of the names of its tables, unique in the workspace. */
    private readonly name: string,
    private readonly columns: readonly Column[],
  ) {}

  /** Stages the items of a page, a JSON array in DynamoDB JSON. One page after the other. */
  async add(page: Uint8Array): Promise<void> {
    const plain = await plainPage(page, this.columns);
    const part = this.parts.at(-1) ?? (await this.addPart(this.columns.map(({ type }) => type)));
    const misfits = await insert(part, plain);
    if (misfits !== undefined) await this.addWider(misfits, part);
  }

  /** Lets other connections see the rows. */
  async finish(): Promise<void> {
    await this.connection?.commit();
  }

  get stagedParts(): readonly StagedPart[] {
    // A part without rows says nothing about what the column has to hold.
    return this.parts
      .filter(({ rows, misfits }) => rows > misfits)
      .map(({ table, types, misfits }) => ({
        types,
        from: misfits === 0 ? table : `(SELECT * FROM ${table} WHERE NOT misfit)`,
      }));
  }

  /** The items again, in a part that fits them; the types they need are found by looking at their numbers. */
  private async addWider(items: readonly Item[], part: OpenPart): Promise<void> {
    const types: ColumnType[] = [];
    const members = pageMembers(this.columns);
    await inStretches(part.types.entries(), ([i, type]) => {
      const values = items.map((item) => item[members[i] ?? '']);
      types.push(widenFor(type, values));
    });
    const texts: string[] = [];
    await inStretches(items, (item) => texts.push(canonicalJson(item)));
    const known = this.parts.find((other) => types.every((type, i) => isSame(type, other.types[i])));
    const target = known ?? (await this.addPart(types));
    const misfits = await insert(target, Buffer.from(`[${texts.join(',')}]`, 'utf8'));
    if (misfits !== undefined) throw new HeadgateError('INTERNAL', 'a page of items could not be staged');
  }

  private async addPart(types: readonly ColumnType[]): Promise<OpenPart> {
    this.connection ??= await this.begun();
    const { connection, columns } = this;
    const table = `${this.workspace.name}.main.${this.name}_${this.parts.length}`;
    await connection.run(`CREATE TABLE ${table} (${partColumns(types).join(', ')})`);
    const insert = await connection.prepare(stagingInsert(table, columns, types));
    const part = { table, types, insert, rows: 0, misfits: 0 };
    this.parts.push(part);
    return part;
  }

  private async begun(): Promise<SerialConnection> {
    const connection = await this.workspace.openLane();
    await connection.begin();
    return connection;
  }
}

/** Gives the items that did not fit the part, if any. */
async function insert(part: OpenPart, page: Uint8Array): Promise<readonly Item[] | undefined> {
  // One row for each item, in the order of the page; no rows where no number could be too wide.
  const rows = await part.insert(page);
  const misfits = rows.filter(([misfit]) => misfit === true).length;
  part.rows += rows.length;
  part.misfits += misfits;
  if (misfits === 0) return undefined;
  const items = itemsOf(page);
  if (items.length !== rows.length) throw new HeadgateError('INTERNAL', 'a page became another number of rows');
  return items.filter((_, i) => rows[i]?.[0] === true);
}

function isSame(a: ColumnType, b: ColumnType | undefined): boolean {
  return b !== undefined && sqlTypeName(a) === sqlTypeName(b);
}
