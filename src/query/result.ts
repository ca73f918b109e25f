/**
 * Rows as the engine hands them to any front end: types without DuckDB's classes, values as plain JavaScript.
 *
 * | type kind                    | value                                                        |
 * | ---------------------------- | ------------------------------------------------------------ |
 * | boolean                      | boolean                                                      |
 * | integer up to 32 bits        | number                                                       |
 * | integer of 64 bits and more  | bigint                                                       |
 * | float                        | number (may be NaN or infinite)                              |
 * | decimal                      | string of decimal digits, with exactly `scale` fraction digits |
 * | text, json, enum, uuid, bit  | string                                                       |
 * | blob                         | Uint8Array                                                   |
 * | temporal                     | string as DuckDB prints it: `2026-01-31`, `2026-01-31 12:00:00.5`, `... +00`, `infinity` |
 * | list                         | array of values                                              |
 * | struct                       | array of values, in the order of the type's fields           |
 * | map                          | array of [key, value]                                        |
 * | union                        | { tag, value }                                               |
 * Any value can be null.
 */
export type ResultValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly ResultValue[]
  | { readonly tag: string; readonly value: ResultValue };

export type ResultType = (
  | { readonly kind: 'boolean' }
  | { readonly kind: 'integer'; readonly bits: 8 | 16 | 32 | 64 | 128; readonly signed: boolean }
  | { readonly kind: 'float'; readonly bits: 32 | 64 }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'text' }
  | { readonly kind: 'json' }
  | { readonly kind: 'enum' }
  | { readonly kind: 'uuid' }
  | { readonly kind: 'bit' }
  | { readonly kind: 'blob' }
  | {
      readonly kind: 'temporal';
      readonly unit:
        | 'date'
        | 'time'
        | 'time-ns'
        | 'timetz'
        | 'timestamp'
        | 'timestamp-s'
        | 'timestamp-ms'
        | 'timestamp-ns'
        | 'timestamptz'
        | 'interval';
    }
  | { readonly kind: 'list'; readonly element: ResultType }
  | { readonly kind: 'struct'; readonly fields: readonly ResultField[] }
  | { readonly kind: 'map'; readonly key: ResultType; readonly value: ResultType }
  | { readonly kind: 'union'; readonly members: readonly ResultField[] }
  | { readonly kind: 'null' }
) & {
  /** As SQL writes it, for example `DECIMAL(18,2)`. */
  readonly sql: string;
};

export interface ResultField {
  readonly name: string;
  readonly type: ResultType;
}

/** Columns may share a name: SQL allows it, so front ends that need unique names must make them so. */
export type ResultColumn = ResultField;

/** Some consecutive rows; each row has one value per column. */
export type RowBatch = readonly (readonly ResultValue[])[];
