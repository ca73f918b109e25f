import { formatCount, formatUnits } from '../../base/format-quantity.js';
import { sqlTypeName } from '../../catalog/column-type.js';
import type { CatalogTable } from '../../catalog/model.js';
import type { Billing, IndexDescription, KeyAttribute, TableDescription } from '../../dynamodb/table-description.js';
import { fitWidth } from '../formats/display-width.js';
import { visibleText } from '../formats/visible-text.js';
import { columnRows } from './column-rows.js';

/** What is told of a table: from the catalog here, or as a gateway elsewhere tells it. */
export interface TableFacts extends Pick<CatalogTable, 'schema' | 'name' | 'sample' | 'describedAt'> {
  readonly description: Pick<
    TableDescription,
    'status' | 'partitionKey' | 'sortKey' | 'indexes' | 'itemCount' | 'sizeBytes' | 'tableClass'
  > & { readonly billing: string };
  /** Name, type, presence and reason. */
  readonly columnRows: readonly (readonly string[])[];
}

/** What is known of a table, for people; `now` is in milliseconds since 1970 and gives things their age. */
export function describeText(table: CatalogTable, now: number): string {
  const { description, columns } = table;
  const billing = billingText(description.billing);
  return factsText({ ...table, description: { ...description, billing }, columnRows: columnRows(columns) }, now);
}

/** The same for facts of any source. */
export function factsText(table: TableFacts, now: number): string {
  const { description } = table;
  const sections = [
    [...headLines(table), `key: ${keyText(keysOf(description))}`],
    align([['column', 'type', 'presence', 'reason'], ...table.columnRows]),
  ];
  if (description.indexes.length > 0) {
    sections.push(
      align([
        ['index', 'kind', 'key', 'holds', 'items', 'size'],
        ...description.indexes.map((index) => indexRow(index, description)),
      ]),
    );
  }
  sections.push([sampleText(table, now)]);
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** The same facts for programs: the catalog's own words, with each column's type as SQL writes it. */
export function describeJson(table: CatalogTable): string {
  const columns = table.columns.map((column) => ({ ...column, type: sqlTypeName(column.type) }));
  return `${JSON.stringify({ ...table, columns }, null, 2)}\n`;
}

function headLines({ schema, name, description }: TableFacts): string[] {
  const facts = [
    `${formatCount(description.itemCount)} items`,
    hasSizes(description) ? sizeText(description.sizeBytes) : 'size unknown',
    description.billing,
    ...(description.status === 'ACTIVE' ? [] : [description.status]),
    ...(description.tableClass === 'STANDARD' ? [] : ['infrequent access']),
  ];
  return [visibleText(`${schema}.${name}: ${facts.join(', ')}`)];
}

function keysOf({ partitionKey, sortKey }: TableFacts['description']) {
  return { partitionKeys: [partitionKey], sortKeys: sortKey === undefined ? [] : [sortKey] };
}

/** `customer (S) + ordered_at (N)`: partition attributes, then sort attributes. */
function keyText(keys: { partitionKeys: readonly KeyAttribute[]; sortKeys: readonly KeyAttribute[] }): string {
  const text = (attributes: readonly KeyAttribute[]) =>
    attributes.map(({ name, type }) => `${visibleText(name)} (${type})`).join(', ');
  return keys.sortKeys.length === 0 ? text(keys.partitionKeys) : `${text(keys.partitionKeys)} + ${text(keys.sortKeys)}`;
}

function indexRow(index: IndexDescription, table: TableFacts['description']): string[] {
  const { projection } = index;
  const holds = {
    all: 'everything',
    'keys-only': 'keys',
    include: `keys and ${projection.kind === 'include' ? projection.attributes.join(', ') : ''}`,
  }[projection.kind];
  const kind = index.usable ? index.kind : `${index.kind}, not usable yet`;
  const sizes = hasSizes(table) ? [formatCount(index.itemCount), sizeText(index.sizeBytes)] : ['unknown', 'unknown'];
  return [index.name, kind, keyText(index), holds, ...sizes];
}

/** Emulators count the items of a table, but neither bytes nor the items of an index. */
function hasSizes({ itemCount, sizeBytes }: TableFacts['description']): boolean {
  return itemCount === 0 || sizeBytes > 0;
}

function billingText(billing: Billing): string {
  return billing.mode === 'on-demand'
    ? 'on-demand'
    : `provisioned with ${formatCount(billing.readUnits)} read and ${formatCount(billing.writeUnits)} write units`;
}

function sampleText({ sample, describedAt }: TableFacts, now: number): string {
  if (sample === undefined) return `Described ${ageText(describedAt, now)}; no items were sampled.`;
  const items = `${sample.complete ? 'all ' : ''}${formatCount(sample.items)} items`;
  const average = `${sizeText(sample.averageItemBytes)} on average`;
  return `Sampled ${items} (${average}) ${ageText(sample.takenAt, now)} for ${formatUnits(sample.readUnits)} units.`;
}

/** For example `5 minutes ago`, or `just now`. */
function ageText(time: string, now: number): string {
  const seconds = Math.max(0, (now - Date.parse(time)) / 1000);
  if (seconds < 1) return 'just now';
  const [unit, length] = AGES.find(([, unitSeconds]) => seconds >= unitSeconds) ?? ['second', 1];
  const count = Math.floor(seconds / length);
  return `${count} ${unit}${count === 1 ? '' : 's'} ago`;
}

const AGES: readonly (readonly [unit: string, seconds: number])[] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

function sizeText(bytes: number): string {
  const [unit, length] = SIZES.find(([, unitBytes]) => bytes >= unitBytes) ?? ['bytes', 1];
  return unit === 'bytes' ? `${Math.round(bytes)} bytes` : `${(bytes / length).toFixed(1)} ${unit}`;
}

const SIZES: readonly (readonly [unit: string, bytes: number])[] = [
  ['TB', 1e12],
  ['GB', 1e9],
  ['MB', 1e6],
  ['KB', 1e3],
];

/** Rows as lines whose cells stand below each other. */
function align(rows: readonly (readonly string[])[]): string[] {
  const cells = rows.map((row) => row.map((cell) => fitWidth(visibleText(cell), Number.POSITIVE_INFINITY)));
  const widths = (cells[0] ?? []).map((_, index) => Math.max(...cells.map((row) => row[index]?.width ?? 0)));
  return cells.map((row) =>
    row
      .map(({ text, width }, index) => text + ' '.repeat((widths[index] ?? 0) - width))
      .join('  ')
      .trimEnd(),
  );
}
