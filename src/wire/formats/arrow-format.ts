import { setImmediate } from 'node:timers/promises';
import {
  AsyncByteQueue,
  type Data,
  makeData,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
} from 'apache-arrow';
import type { ResultColumn, RowBatch } from '../../query/result.js';
import type { ArrowColumn } from './arrow-column.js';
import { arrowColumn, arrowFields } from './arrow-encoding.js';
import { recordBatchSlices } from './arrow-slices.js';
import { workClock } from './work-clock.js';

/**
 * An Arrow IPC stream: the schema, record batches of bounded size, the end mark. Types are exact where Arrow has them and
 * text elsewhere; SQL_EXECUTION for a value that its column's type cannot hold.
 */
export async function* arrowRows(
  columns: readonly ResultColumn[],
  batches: AsyncIterable<RowBatch>,
): AsyncGenerator<Uint8Array> {
  const arrowColumns = columns.map((column) => arrowColumn(column.type, column.name));
  const schema = new Schema(arrowFields(columns, arrowColumns));
  const output = new WrittenBytes();
  const writer = new RecordBatchStreamWriter().reset(output, schema);
  yield output.take();
  for await (const batch of batches) {
    for (const rows of recordBatchSlices(batch)) {
      writer.write(recordBatch(schema, await encodeColumns(arrowColumns, rows)));
      yield output.take();
    }
  }
  writer.close();
  yield output.take();
}

/** Column by column, with turns for other work in between. */
async function encodeColumns(columns: readonly ArrowColumn[], rows: RowBatch): Promise<Data[]> {
  const encoded: Data[] = [];
  let isTimeUp = workClock();
  for (const [index, column] of columns.entries()) {
    encoded.push(column.encode(rows.map((row) => row[index] ?? null)));
    if (!isTimeUp()) continue;
    await setImmediate();
    isTimeUp = workClock();
  }
  return encoded;
}

function recordBatch(schema: Schema, children: Data[]): RecordBatch {
  const length = children[0]?.length ?? 0;
  return new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length, nullCount: 0, children }));
}

/** Where the library puts its bytes, so that they can be taken after each record batch. */
class WrittenBytes extends AsyncByteQueue {
  #pieces: Uint8Array[] = [];

  override write(piece: Uint8Array): void {
    this.#pieces.push(piece);
  }

  /** Everything written since the last time, as one chunk. */
  take(): Uint8Array {
    const chunk = Buffer.concat(this.#pieces);
    this.#pieces = [];
    return chunk;
  }
}
