import type { Data, DataType } from 'apache-arrow';
import type { ResultValue } from '../../query/result.js';

/** A column of an Arrow stream: its type, and how values of the result become that type's buffers. */
export interface ArrowColumn {
  readonly type: DataType;
  readonly encode: (values: readonly ResultValue[]) => Data;
}
