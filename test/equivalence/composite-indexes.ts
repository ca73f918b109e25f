import type { AttributeValue, Item } from '../../src/dynamodb/attribute-value.js';
import { compareNumbers } from '../../src/dynamodb/numbers.js';
import type { IndexDescription, KeyAttribute } from '../../src/dynamodb/table-description.js';
import type {
  Key,
  PagedOptions,
  QueryRequest,
  RawPage,
  ScanRequest,
  TableReader,
} from '../../src/dynamodb/table-reader.js';

export type Index = Pick<IndexDescription, 'name' | 'kind' | 'partitionKeys' | 'sortKeys' | 'projection'>;

/** A table with indexes that the embedded DynamoDB cannot be asked about. */
export interface IndexedTable {
  readonly partitionKey: KeyAttribute;
  readonly sortKey?: KeyAttribute | undefined;
  readonly indexes?: readonly Index[];
}

/** An index of several partition or sort attributes: what `compositeIndexReader` answers for. */
export function isComposite({ partitionKeys, sortKeys }: Index): boolean {
  return partitionKeys.length > 1 || sortKeys.length > 1;
}

/**
 * The reader, with answers for composite indexes made of the table's own items as Amazon DynamoDB would make them: only
 * items with all key attributes, in the order of the sort attributes, in pages, without what is not projected. A key
 * condition is a filter over the table, and a filter tells which items pass it.
 */
export function compositeIndexReader(reader: TableReader, tables: ReadonlyMap<string, IndexedTable>): TableReader {
  const indexOf = ({ tableName, indexName }: PagedOptions) => {
    const table = tables.get(tableName);
    const index = table?.indexes?.find(({ name }) => name === indexName);
    return table === undefined || index === undefined || !isComposite(index) ? undefined : { table, index };
  };
  return {
    ...reader,
    async query(request, signal) {
      const known = indexOf(request);
      if (known === undefined) return reader.query(request, signal);
      const members = await matching(reader, request, { ...known, condition: request.keyConditionExpression, signal });
      const ordered = members.toSorted((a, b) => compareKeys(a, b, known.index.sortKeys));
      return page(reader, request, {
        ...known,
        ordered: request.scanIndexForward === false ? ordered.reverse() : ordered,
        signal,
      });
    },
    async scan(request, signal) {
      const known = indexOf(request);
      if (known === undefined) return reader.scan(request, signal);
      const members = await matching(reader, request, { ...known, condition: undefined, signal });
      const { segment = 0, totalSegments = 1 } = request;
      return page(reader, request, {
        ...known,
        ordered: members.filter((_, i) => i % totalSegments === segment),
        signal,
      });
    },
  };
}

interface Known {
  readonly table: IndexedTable;
  readonly index: Index;
  readonly signal: AbortSignal;
}

/** The items of the index that fulfil the condition, whole. */
async function matching(
  reader: TableReader,
  request: QueryRequest | ScanRequest,
  { index, condition, signal }: Known & { readonly condition: string | undefined },
): Promise<Item[]> {
  const keys = [...index.partitionKeys, ...index.sortKeys];
  const present = keys.map((_, i) => `attribute_type(#present${i}, :type${i})`);
  return scanned(
    reader,
    {
      tableName: request.tableName,
      filterExpression: [...present, ...(condition === undefined ? [] : [condition])].join(' AND '),
      names: { ...request.names, ...Object.fromEntries(keys.map(({ name }, i) => [`#present${i}`, name])) },
      values: { ...request.values, ...Object.fromEntries(keys.map(({ type }, i) => [`:type${i}`, { S: type }])) },
    },
    signal,
  );
}

async function page(
  reader: TableReader,
  request: QueryRequest | ScanRequest,
  { table, index, ordered, signal }: Known & { readonly ordered: readonly Item[] },
): Promise<RawPage> {
  const { exclusiveStartKey, limit = ordered.length, filterExpression, countOnly = false } = request;
  const { tableName, names = {}, values = {} } = request;
  const keyOf = (item: Item): Key => keyAttributes(item, table);
  const start =
    exclusiveStartKey === undefined
      ? 0
      : 1 + ordered.findIndex((item) => isSame(keyOf(item), keyAttributes(exclusiveStartKey, table)));
  const evaluated = ordered.slice(start, start + limit);
  const passing =
    filterExpression === undefined
      ? undefined
      : new Set(
          (await scanned(reader, { tableName, filterExpression, names, values }, signal)).map((item) =>
            JSON.stringify(keyOf(item)),
          ),
        );
  const kept = evaluated.filter((item) => passing === undefined || passing.has(JSON.stringify(keyOf(item))));
  const { projectionExpression } = request;
  const items = countOnly
    ? []
    : await Promise.all(
        kept.map(async (item) => {
          if (projectionExpression === undefined) return projected(item, { table, index });
          const one = await reader.getItem(
            { tableName, key: keyOf(item), projectionExpression, names: used(names, projectionExpression) },
            signal,
          );
          return projected(itemsOf(one)[0] ?? {}, { table, index });
        }),
      );
  const last = evaluated.at(-1);
  return {
    items: Buffer.from(JSON.stringify(items)),
    itemCount: kept.length,
    scannedCount: evaluated.length,
    lastEvaluatedKey: last === undefined || start + evaluated.length >= ordered.length ? undefined : keyOf(last),
    readUnits: 0.5,
  };
}

async function scanned(
  reader: TableReader,
  {
    filterExpression,
    names,
    values,
    tableName,
  }: Required<Pick<ScanRequest, 'tableName' | 'filterExpression' | 'names' | 'values'>>,
  signal: AbortSignal,
): Promise<Item[]> {
  const items: Item[] = [];
  const request = {
    tableName,
    filterExpression,
    names: used(names, filterExpression),
    ...optionalValues(used(values, filterExpression)),
  };
  let from: Pick<PagedOptions, 'exclusiveStartKey'> | undefined = {};
  while (from !== undefined) {
    const each: RawPage = await reader.scan({ ...request, ...from }, signal);
    items.push(...itemsOf(each));
    from = each.lastEvaluatedKey === undefined ? undefined : { exclusiveStartKey: each.lastEvaluatedKey };
  }
  return items;
}

/** DynamoDB refuses an empty mapping, as it refuses what no expression uses. */
function optionalValues(values: Readonly<Record<string, AttributeValue>>) {
  return Object.keys(values).length === 0 ? {} : { values };
}

function used<T>(placeholders: Readonly<Record<string, T>>, expression: string): Record<string, T> {
  const inUse = new Set(expression.match(/[#:]\w+/g));
  return Object.fromEntries(Object.entries(placeholders).filter(([name]) => inUse.has(name)));
}

function itemsOf({ items }: Pick<RawPage, 'items'>): Item[] {
  return JSON.parse(Buffer.from(items).toString());
}

function keyAttributes(item: Item, { partitionKey, sortKey }: IndexedTable): Key {
  const names = sortKey === undefined ? [partitionKey.name] : [partitionKey.name, sortKey.name];
  return Object.fromEntries(
    names.flatMap((name): [string, AttributeValue][] => (item[name] === undefined ? [] : [[name, item[name]]])),
  );
}

function isSame(a: Key, b: Key): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function projected(item: Item, { table, index }: Pick<Known, 'table' | 'index'>): Item {
  if (index.projection.kind === 'all') return item;
  const included = index.projection.kind === 'include' ? index.projection.attributes : [];
  const keys = [
    ...index.partitionKeys,
    ...index.sortKeys,
    table.partitionKey,
    ...(table.sortKey === undefined ? [] : [table.sortKey]),
  ];
  const held = new Set([...keys.map(({ name }) => name), ...included]);
  return Object.fromEntries(Object.entries(item).filter(([name]) => held.has(name)));
}

function compareKeys(a: Item, b: Item, keys: readonly KeyAttribute[]): number {
  for (const { name } of keys) {
    const order = compareValues(a[name], b[name]);
    if (order !== 0) return order;
  }
  return 0;
}

function compareValues(a: AttributeValue | undefined, b: AttributeValue | undefined): number {
  if (a === undefined || b === undefined) return 0;
  if ('N' in a && 'N' in b) return compareNumbers(a.N, b.N);
  if ('S' in a && 'S' in b) return Buffer.compare(Buffer.from(a.S), Buffer.from(b.S));
  if ('B' in a && 'B' in b) return Buffer.compare(Buffer.from(a.B, 'base64'), Buffer.from(b.B, 'base64'));
  return 0;
}
