import { type ColumnType, type StringType, sqlTypeName } from '../../catalog/column-type.js';
import type { ResultType } from '../result.js';

type Kind = ResultType extends infer T ? (T extends ResultType ? Omit<T, 'sql'> : never) : never;

/** The result type of a column that is given as it is. */
export function columnResultType(type: ColumnType): ResultType {
  return { ...kindOf(type), sql: sqlTypeName(type) };
}

function kindOf(type: ColumnType): Kind {
  switch (type.kind) {
    case 'string':
      return TEXTS[type.as];
    case 'bigint':
      return { kind: 'integer', bits: 64, signed: true };
    case 'hugeint':
      return { kind: 'integer', bits: 128, signed: true };
    case 'decimal':
      return { kind: 'decimal', precision: type.precision, scale: type.scale };
    case 'double':
      return { kind: 'float', bits: 64 };
    case 'boolean':
      return { kind: 'boolean' };
    case 'binary':
      return { kind: 'blob' };
    case 'set':
    case 'list':
      return { kind: 'list', element: columnResultType(type.element) };
    case 'struct':
      return {
        kind: 'struct',
        fields: type.fields.map(({ name, type: field }) => ({ name, type: columnResultType(field) })),
      };
    case 'json':
      return { kind: 'json' };
  }
}

const TEXTS: Readonly<Record<StringType['as'], Kind>> = {
  text: { kind: 'text' },
  uuid: { kind: 'uuid' },
  date: { kind: 'temporal', unit: 'date' },
  timestamp: { kind: 'temporal', unit: 'timestamp' },
};
