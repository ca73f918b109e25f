import { workClock } from './work-clock.js';

const CHUNK_LENGTH = 64 * 1024;

/** The texts of some rows joined into chunks: one ends when it is about 64 KiB long or took a few milliseconds to make. */
export function* rowChunks<Row>(rows: Iterable<Row>, rowText: (row: Row) => string): Generator<string> {
  let chunk = '';
  let isTimeUp = workClock();
  for (const row of rows) {
    chunk += rowText(row);
    if (chunk.length < CHUNK_LENGTH && !isTimeUp()) continue;
    yield chunk;
    chunk = '';
    isTimeUp = workClock();
  }
  if (chunk !== '') yield chunk;
}
