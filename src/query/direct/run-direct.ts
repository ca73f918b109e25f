import type { Column } from '../../catalog/model.js';
import { attributeOf, type Item } from '../../dynamodb/attribute-value.js';
import type { TableReader } from '../../dynamodb/table-reader.js';
import type { Meter } from '../fetch/meter.js';
import { readPages } from '../fetch/read-pages.js';
import type { PlannedReference } from '../plan/plan-reference.js';
import { displayName } from '../resolve/reference.js';
import type { ResultColumn, RowBatch } from '../result.js';
import { isMisread, isRounded, readWarnings } from '../stage/read-warnings.js';
import { itemsOf, widenFor } from '../stage/widen-page.js';
import { columnResultType } from './column-result-type.js';
import { decodeValue } from './decode-value.js';
import type { DirectSelect } from './direct-select.js';

/** Reads the items and gives the columns of the rows; all at once, because whole keys are few. */
export async function runDirect(
  output: DirectSelect['output'],
  planned: PlannedReference,
  context: {
    readonly readerOf: (schema: string) => TableReader;
    readonly meter: Meter;
    readonly onPage: (table: string) => void;
    readonly signal: AbortSignal;
  },
): Promise<{
  readonly columns: readonly ResultColumn[];
  readonly batches: AsyncGenerator<RowBatch>;
  readonly warnings: readonly string[];
  readonly widened: readonly Column[];
}> {
  const { reference, columns, path } = planned;
  if (reference.source.kind !== 'table') throw new TypeError('a direct statement reads a table');
  const { schema, description } = reference.source.table;
  const items: Item[] = [];
  context.meter.begin(planned, path);
  for await (const page of readPages(path, description, { reader: context.readerOf(schema), signal: context.signal })) {
    context.meter.add(planned, page);
    context.onPage(planned.plan.table);
    items.push(...itemsOf(page.items));
  }
  const read = columns.map((column) => {
    const values = items.map((item) => attributeOf(item, column.attribute));
    const type = widenFor(column.type, values);
    const counts = {
      others: values.filter((value) => isMisread(type, value)).length,
      rounded: values.filter((value) => isRounded(type, value)).length,
    };
    return { column, type, values, warnings: readWarnings(displayName(reference), column, counts) };
  });
  const decoded = new Map(
    read.map(({ column, type, values }) => [column, values.map((value) => decodeValue(type, value))]),
  );
  const typeOf = new Map(read.map(({ column, type }) => [column, columnResultType(type)]));
  const rows = items.map((_, row) => output.map(({ column }) => decoded.get(column)?.[row] ?? null));
  return {
    columns: output.map(({ name, column }) => ({ name, type: typeOf.get(column) ?? columnResultType(column.type) })),
    batches: once(rows),
    warnings: read.flatMap(({ warnings }) => warnings),
    widened: read.flatMap(({ column, type }) => (type === column.type ? [] : [{ ...column, type }])),
  };
}

async function* once(rows: RowBatch): AsyncGenerator<RowBatch> {
  if (rows.length > 0) yield rows;
}
