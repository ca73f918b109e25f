import { HeadgateError } from '../../base/errors/headgate-error.js';
import { inStretches } from '../../base/next-turn.js';
import { type ColumnType, sqlTypeName } from '../../catalog/column-type.js';
import type { Column } from '../../catalog/model.js';
import type { Item } from '../../dynamodb/attribute-value.js';
import { itemTexts } from '../../dynamodb/item-texts.js';
import type { Lane, Workspace } from '../duckdb/compute-database.js';
import { pageMembers, plainPage } from './plain-page.js';
import { partColumns, type StagingSql, stagingSql } from './staging-sql.js';
import { canonicalJson, widenFor } from './widen-page.js';

/** A staged part: rows whose columns have these types. Later parts have wider ones where items needed them. */
export interface StagedPart {
  /** The name of its table. */
  readonly table: string;
  readonly types: readonly ColumnType[];
}

/** Items of one request, as DynamoDB sent them. */
export interface StagingPage {
  /** A JSON array of items in DynamoDB JSON, UTF-8. */
  readonly items: Uint8Array;
  readonly itemCount: number;
}

interface OpenPart extends StagedPart {
  readonly sql: StagingSql;
  readonly insert: (page: Uint8Array) => Promise<number>;
  rows: number;
}

/**
 * Rows that are staged before they are packed, four of DuckDB's row groups: it takes 30 % of the time that staging takes and
 * leaves 10 to 40 % of the memory, which few statements need. A commit after each page would copy the rows besides.
 */
const PACK_ROWS = 4 * 122_880;

/**
 * One of the connections by which a reference is staged, with tables of its own. Each page is one statement, with the page as
 * its parameter, so decoding happens in DuckDB's threads. Items with a number that a column's type would round are left
 * out by the statement and go to a part with wider types; nothing is read twice and nothing is rounded.
 */
export class StagingLane {
  private readonly parts: OpenPart[] = [];
  private lane: Lane | undefined;
  private unpackedRows = 0;

  constructor(
    private readonly workspace: Workspace,
    /** Beginning of the names of its tables, unique in the workspace. */
    private readonly name: string,
    private readonly columns: readonly Column[],
    private readonly options: { readonly packRows?: number } = {},
  ) {}

  /** Stages the items of a page. One page after the other. */
  async add({ items, itemCount }: StagingPage): Promise<void> {
    const page = await plainPage(items, this.columns);
    const part = this.parts.at(-1) ?? (await this.addPart(this.columns.map(({ type }) => type)));
    const fitting = await insert(part, page);
    if (fitting !== itemCount) await this.addMisfits(page, part, itemCount - fitting);
    await this.pack(itemCount);
  }

  /** Lets other connections see the rows. */
  async finish(): Promise<void> {
    await this.lane?.connection.commit();
  }

  get stagedParts(): readonly StagedPart[] {
    // A part without rows says nothing about what the column has to hold.
    return this.parts.filter(({ rows }) => rows > 0);
  }

  /** The items that the part left out, in one that fits them; the types they need are found by looking at their numbers. */
  private async addMisfits(page: Uint8Array, { sql, types: narrow }: OpenPart, expected: number): Promise<void> {
    const marks = sql.misfits === undefined ? [] : ((await this.lane?.connection.rows(sql.misfits, page)) ?? []);
    const items = await itemsAt(page, (i) => marks[i]?.[0] === true);
    if (items.length !== expected) throw notStaged();
    const members = pageMembers(this.columns);
    const types: ColumnType[] = [];
    await inStretches(narrow.entries(), ([i, type]) => {
      const values = items.map((item) => item[members[i] ?? '']);
      types.push(widenFor(type, values));
    });
    const texts: string[] = [];
    await inStretches(items, (item) => texts.push(canonicalJson(item)));
    const known = this.parts.find((other) => types.every((type, i) => isSame(type, other.types[i])));
    const fitting = await insert(known ?? (await this.addPart(types)), Buffer.from(`[${texts.join(',')}]`, 'utf8'));
    if (fitting !== expected) throw notStaged();
  }

  private async addPart(types: readonly ColumnType[]): Promise<OpenPart> {
    this.lane ??= await this.begun();
    const { columns } = this;
    const { connection, database } = this.lane;
    const table = `${database}.main.${this.name}_${this.parts.length}`;
    await connection.run(`CREATE TABLE ${table} (${partColumns(types).join(', ')})`);
    const sql = stagingSql(table, columns, types);
    const part = { table, types, sql, insert: await connection.prepare(sql.insert), rows: 0 };
    this.parts.push(part);
    return part;
  }

  private async begun(): Promise<Lane> {
    const lane = await this.workspace.openLane();
    await lane.connection.begin();
    return lane;
  }

  private async pack(addedRows: number): Promise<void> {
    this.unpackedRows += addedRows;
    if (this.lane === undefined || this.unpackedRows < (this.options.packRows ?? PACK_ROWS)) return;
    this.unpackedRows = 0;
    await this.lane.connection.pack(this.lane.database);
  }
}

/** The items of a page at the places that are wanted. */
async function itemsAt(page: Uint8Array, isWanted: (place: number) => boolean): Promise<Item[]> {
  const items: Item[] = [];
  let place = 0;
  await inStretches(itemTexts(page), (text) => {
    if (isWanted(place++)) items.push(JSON.parse(text) as Item); // DynamoDB sends items; numbers are text there.
  });
  return items;
}

/** The number of items that fit the part and are staged. */
async function insert(part: OpenPart, page: Uint8Array): Promise<number> {
  const rows = await part.insert(page);
  part.rows += rows;
  return rows;
}

/** Better no answer than one that lacks items. */
function notStaged(): HeadgateError {
  return new HeadgateError('INTERNAL', 'a page of items could not be staged');
}

function isSame(a: ColumnType, b: ColumnType | undefined): boolean {
  return b !== undefined && sqlTypeName(a) === sqlTypeName(b);
}
