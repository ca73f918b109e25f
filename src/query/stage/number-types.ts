import type { ColumnType, NumberType } from '../../catalog/column-type.js';
import { quoteString } from '../parse/scan-sql.js';

/** The type with each number type in it changed, in the order of `numbersIn`. */
export function mapNumbers(type: ColumnType, change: (number: NumberType) => NumberType): ColumnType {
  switch (type.kind) {
    case 'bigint':
    case 'hugeint':
    case 'decimal':
    case 'double':
      return change(type);
    case 'set': {
      const { element } = type;
      const isNumber = element.kind !== 'string' && element.kind !== 'binary';
      return isNumber ? { kind: 'set', element: change(element) } : type;
    }
    case 'list':
      return { kind: 'list', element: mapNumbers(type.element, change) };
    case 'struct':
      return {
        kind: 'struct',
        fields: type.fields.map((field) => ({ ...field, type: mapNumbers(field.type, change) })),
      };
    default:
      return type;
  }
}

/** The number types in a column's type: itself, or those of its elements and fields. */
export function numbersIn(type: ColumnType): NumberType[] {
  const found: NumberType[] = [];
  mapNumbers(type, (number) => {
    found.push(number);
    return number;
  });
  return found;
}

/** For each number type of `numbersIn`, SQL for the list of all numbers at that place of a staged value, as texts. */
export function numberTexts(type: ColumnType, value: string, depth = 0): string[] {
  const each = `x${depth}`;
  switch (type.kind) {
    case 'bigint':
    case 'hugeint':
    case 'decimal':
    case 'double':
      return [`[CAST(${value} AS VARCHAR)]`];
    case 'set':
      return type.element.kind === 'string' || type.element.kind === 'binary' ? [] : [`CAST(${value} AS VARCHAR[])`];
    case 'list':
      return numberTexts(type.element, each, depth + 1).map(
        (texts) => `flatten(list_transform(${value}, lambda ${each}: ${texts}))`,
      );
    case 'struct':
      return type.fields.flatMap((field) =>
        numberTexts(field.type, `struct_extract(${value}, ${quoteString(field.name)})`, depth),
      );
    default:
      return [];
  }
}
