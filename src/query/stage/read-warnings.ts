import { type ColumnType, sqlTypeName } from '../../catalog/column-type.js';
import type { Column } from '../../catalog/model.js';
import type { AttributeValue } from '../../dynamodb/attribute-value.js';
import { parseNumber } from '../../dynamodb/numbers.js';
import { quoteIdentifier } from '../parse/scan-sql.js';

/** Sentences for the values of a column that read as NULL because of their type, and for those that may be rounded. */
export function readWarnings(
  table: string,
  column: Column,
  counts: { readonly others: number; readonly rounded: number },
): string[] {
  const name = quoteIdentifier(column.name);
  const values = (count: number) => `${count} ${count === 1 ? 'value' : 'values'}`;
  const { others, rounded } = counts;
  return [
    ...(others === 0
      ? []
      : [
          `${table}: ${values(others)} of ${name} are not ${sqlTypeName(column.type)} and read as NULL, wholly or in part; _item shows them as they are`,
        ]),
    ...(rounded === 0
      ? []
      : [
          `${table}: ${values(rounded)} of ${name} may be rounded, because no exact SQL type fits all of its numbers; _item shows all digits`,
        ]),
  ];
}

/** Whether a column of this type does not read the value, or something nested in it: what `readsAsNull` is in SQL. */
export function isMisread(type: ColumnType, value: AttributeValue | undefined): boolean {
  if (value === undefined || 'NULL' in value) return false;
  switch (type.kind) {
    case 'json':
      return false;
    case 'string':
      return !('S' in value);
    case 'bigint':
    case 'hugeint':
    case 'decimal':
    case 'double':
      return !('N' in value);
    case 'boolean':
      return !('BOOL' in value);
    case 'binary':
      return !('B' in value);
    case 'set':
      return !((type.element.kind === 'string' ? 'SS' : type.element.kind === 'binary' ? 'BS' : 'NS') in value);
    case 'list':
      return !('L' in value) || value.L.some((element) => isMisread(type.element, element));
    case 'struct':
      return !('M' in value) || type.fields.some((field) => isMisread(field.type, value.M[field.attribute]));
  }
}

/** Whether a DOUBLE may round the number or one nested in the value: what `roundsNumber` is in SQL. */
export function isRounded(type: ColumnType, value: AttributeValue | undefined): boolean {
  if (value === undefined) return false;
  switch (type.kind) {
    case 'double':
      return 'N' in value && hasManyDigits(value.N);
    case 'set':
      return type.element.kind === 'double' && 'NS' in value && value.NS.some(hasManyDigits);
    case 'list':
      return 'L' in value && value.L.some((element) => isRounded(type.element, element));
    case 'struct':
      return 'M' in value && type.fields.some((field) => isRounded(field.type, value.M[field.attribute]));
    default:
      return false;
  }
}

/** A double holds any 15 digits. */
function hasManyDigits(number: string): boolean {
  return parseNumber(number).digits.length > 15;
}
