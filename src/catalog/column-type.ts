/**
 * What a column reads from an item: one DynamoDB type (or, for `json`, any) and the SQL type it becomes.
 * A value of another type reads as NULL and is counted in a warning; missing and NULL both read as NULL.
 */
export type ColumnType =
  | StringType
  | NumberType
  | { readonly kind: 'boolean' }
  | { readonly kind: 'binary' }
  | { readonly kind: 'set'; readonly element: SetElementType }
  | { readonly kind: 'list'; readonly element: ColumnType }
  | { readonly kind: 'struct'; readonly fields: readonly StructField[] }
  | { readonly kind: 'json' };

/** S. `as` is only ever declared by a person, never sampled: the text is then parsed. */
export interface StringType {
  readonly kind: 'string';
  readonly as: 'text' | 'date' | 'timestamp' | 'uuid';
}

/** N. Exact for every value of its range; `double` only where no exact type fits all values. */
export type NumberType =
  | { readonly kind: 'bigint' } //   up to 18 digits, integral
  | { readonly kind: 'hugeint' } //  up to 38 digits, integral
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'double' };

/** SS, NS and BS become lists of these. */
export type SetElementType =
  | { readonly kind: 'string'; readonly as: 'text' }
  | NumberType
  | { readonly kind: 'binary' };

export interface StructField {
  /** SQL name; differs from `attribute` only where two attribute names differ in case alone. */
  readonly name: string;
  readonly attribute: string;
  readonly type: ColumnType;
}

/** The DynamoDB type that a column of this type reads; undefined for `json`, which reads any. */
export function attributeTypeOf(
  type: ColumnType,
): 'S' | 'N' | 'B' | 'BOOL' | 'SS' | 'NS' | 'BS' | 'L' | 'M' | undefined {
  switch (type.kind) {
    case 'string':
      return 'S';
    case 'bigint':
    case 'hugeint':
    case 'decimal':
    case 'double':
      return 'N';
    case 'boolean':
      return 'BOOL';
    case 'binary':
      return 'B';
    case 'set':
      return type.element.kind === 'string' ? 'SS' : type.element.kind === 'binary' ? 'BS' : 'NS';
    case 'list':
      return 'L';
    case 'struct':
      return 'M';
    case 'json':
      return undefined;
  }
}

/** The type as DuckDB writes it, for example `DECIMAL(18,2)` or `STRUCT("city" VARCHAR)[]`. */
export function sqlTypeName(type: ColumnType): string {
  switch (type.kind) {
    case 'string':
      return { text: 'VARCHAR', date: 'DATE', timestamp: 'TIMESTAMP', uuid: 'UUID' }[type.as];
    case 'bigint':
      return 'BIGINT';
    case 'hugeint':
      return 'HUGEINT';
    case 'decimal':
      return `DECIMAL(${type.precision},${type.scale})`;
    case 'double':
      return 'DOUBLE';
    case 'boolean':
      return 'BOOLEAN';
    case 'binary':
      return 'BLOB';
    case 'set':
      return `${sqlTypeName(type.element)}[]`;
    case 'list':
      return `${sqlTypeName(type.element)}[]`;
    case 'struct':
      return `STRUCT(${type.fields.map((field) => `"${field.name.replaceAll('"', '""')}" ${sqlTypeName(field.type)}`).join(', ')})`;
    case 'json':
      return 'JSON';
  }
}
