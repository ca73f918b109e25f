import type { ResultField, ResultType } from '../result.js';
import {
  type DuckDBArrayType,
  type DuckDBDecimalType,
  type DuckDBListType,
  type DuckDBMapType,
  type DuckDBStructType,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBUnionType,
} from './node-api.js';

type Kind = ResultType extends infer T ? (T extends ResultType ? Omit<T, 'sql'> : never) : never;

/** The types that have no parts. */
const SCALARS = new Map<DuckDBTypeId, Kind>([
  [DuckDBTypeId.BOOLEAN, { kind: 'boolean' }],
  [DuckDBTypeId.TINYINT, { kind: 'integer', bits: 8, signed: true }],
  [DuckDBTypeId.SMALLINT, { kind: 'integer', bits: 16, signed: true }],
  [DuckDBTypeId.INTEGER, { kind: 'integer', bits: 32, signed: true }],
  [DuckDBTypeId.BIGINT, { kind: 'integer', bits: 64, signed: true }],
  [DuckDBTypeId.HUGEINT, { kind: 'integer', bits: 128, signed: true }],
  [DuckDBTypeId.UTINYINT, { kind: 'integer', bits: 8, signed: false }],
  [DuckDBTypeId.USMALLINT, { kind: 'integer', bits: 16, signed: false }],
  [DuckDBTypeId.UINTEGER, { kind: 'integer', bits: 32, signed: false }],
  [DuckDBTypeId.UBIGINT, { kind: 'integer', bits: 64, signed: false }],
  [DuckDBTypeId.UHUGEINT, { kind: 'integer', bits: 128, signed: false }],
  [DuckDBTypeId.FLOAT, { kind: 'float', bits: 32 }],
  [DuckDBTypeId.DOUBLE, { kind: 'float', bits: 64 }],
  [DuckDBTypeId.BLOB, { kind: 'blob' }],
  [DuckDBTypeId.UUID, { kind: 'uuid' }],
  [DuckDBTypeId.BIT, { kind: 'bit' }],
  [DuckDBTypeId.ENUM, { kind: 'enum' }],
  [DuckDBTypeId.SQLNULL, { kind: 'null' }],
  [DuckDBTypeId.DATE, { kind: 'temporal', unit: 'date' }],
  [DuckDBTypeId.TIME, { kind: 'temporal', unit: 'time' }],
  [DuckDBTypeId.TIME_NS, { kind: 'temporal', unit: 'time-ns' }],
  [DuckDBTypeId.TIME_TZ, { kind: 'temporal', unit: 'timetz' }],
  [DuckDBTypeId.TIMESTAMP, { kind: 'temporal', unit: 'timestamp' }],
  [DuckDBTypeId.TIMESTAMP_S, { kind: 'temporal', unit: 'timestamp-s' }],
  [DuckDBTypeId.TIMESTAMP_MS, { kind: 'temporal', unit: 'timestamp-ms' }],
  [DuckDBTypeId.TIMESTAMP_NS, { kind: 'temporal', unit: 'timestamp-ns' }],
  [DuckDBTypeId.TIMESTAMP_TZ, { kind: 'temporal', unit: 'timestamptz' }],
  [DuckDBTypeId.INTERVAL, { kind: 'temporal', unit: 'interval' }],
]);

/** A DuckDB type in the front ends' words; a type that has no word of its own is read as text. */
export function resultTypeOf(type: DuckDBType): ResultType {
  const kind = kindOf(type);
  const isArray = type.typeId === DuckDBTypeId.ARRAY;
  return { ...kind, sql: type.alias ?? (isArray ? undefined : sqlOf(kind)) ?? String(type) };
}

/** DuckDB's own text of a type forgets that text inside it is JSON. */
function sqlOf(kind: Kind): string | undefined {
  switch (kind.kind) {
    case 'list':
      return `${kind.element.sql}[]`;
    case 'struct':
      return `STRUCT(${kind.fields.map(fieldSql).join(', ')})`;
    case 'map':
      return `MAP(${kind.key.sql}, ${kind.value.sql})`;
    case 'union':
      return `UNION(${kind.members.map(fieldSql).join(', ')})`;
    default:
      return undefined;
  }
}

function fieldSql({ name, type }: ResultField): string {
  return `"${name.replaceAll('"', '""')}" ${type.sql}`;
}

// The casts below follow from the type id, which the library's classes do not tell to the compiler.
function kindOf(type: DuckDBType): Kind {
  const scalar = SCALARS.get(type.typeId);
  if (scalar !== undefined) return scalar;
  switch (type.typeId) {
    case DuckDBTypeId.DECIMAL: {
      const { width, scale } = type as DuckDBDecimalType;
      return { kind: 'decimal', precision: width, scale };
    }
    case DuckDBTypeId.LIST:
      return { kind: 'list', element: resultTypeOf((type as DuckDBListType).valueType) };
    case DuckDBTypeId.ARRAY:
      return { kind: 'list', element: resultTypeOf((type as DuckDBArrayType).valueType) };
    case DuckDBTypeId.STRUCT: {
      const { entryNames, entryTypes } = type as DuckDBStructType;
      return { kind: 'struct', fields: fields(entryNames, entryTypes) };
    }
    case DuckDBTypeId.MAP: {
      const { keyType, valueType } = type as DuckDBMapType;
      return { kind: 'map', key: resultTypeOf(keyType), value: resultTypeOf(valueType) };
    }
    case DuckDBTypeId.UNION: {
      const { memberTags, memberTypes } = type as DuckDBUnionType;
      return { kind: 'union', members: fields(memberTags, memberTypes) };
    }
    default:
      return { kind: type.alias === 'JSON' ? 'json' : 'text' };
  }
}

function fields(names: readonly string[], types: readonly DuckDBType[]): ResultField[] {
  return types.map((type, i) => ({ name: names[i] ?? '', type: resultTypeOf(type) }));
}
