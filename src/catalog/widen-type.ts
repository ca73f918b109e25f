import type { ColumnType, NumberType, SetElementType } from './column-type.js';

/**
 * `type` with each of its number types as wide as its counterpart in `wider`; unchanged where the two have no counterparts.
 * Neither precision nor scale ever shrinks, so that widening comes to an end. A wider scale at 38 digits leaves fewer before
 * the point; that is tried first because it is exact, and values that do not fit it either ask for `double`.
 */
export function widenType(type: ColumnType, wider: ColumnType): ColumnType {
  if (isNumber(type) && isNumber(wider)) return widenNumber(type, wider);
  if (type.kind === 'set' && wider.kind === 'set')
    return { kind: 'set', element: widenElement(type.element, wider.element) };
  if (type.kind === 'list' && wider.kind === 'list') {
    return { kind: 'list', element: widenType(type.element, wider.element) };
  }
  if (type.kind !== 'struct' || wider.kind !== 'struct') return type;
  const counterparts = new Map(wider.fields.map((field) => [field.attribute, field.type]));
  const fields = type.fields.map((field) => {
    const counterpart = counterparts.get(field.attribute);
    return counterpart === undefined ? field : { ...field, type: widenType(field.type, counterpart) };
  });
  return { kind: 'struct', fields };
}

function isNumber(type: ColumnType): type is NumberType {
  return type.kind === 'bigint' || type.kind === 'hugeint' || type.kind === 'decimal' || type.kind === 'double';
}

function widenElement(type: SetElementType, wider: SetElementType): SetElementType {
  return isNumber(type) && isNumber(wider) ? widenNumber(type, wider) : type;
}

function widenNumber(a: NumberType, b: NumberType): NumberType {
  if (a.kind === 'double' || b.kind === 'double') return { kind: 'double' };
  const precision = Math.max(precisionOf(a), precisionOf(b));
  const scale = Math.max(scaleOf(a), scaleOf(b));
  if (a.kind === 'decimal' || b.kind === 'decimal') return { kind: 'decimal', precision, scale };
  return { kind: precision > 18 ? 'hugeint' : 'bigint' };
}

type ExactType = Exclude<NumberType, { kind: 'double' }>;

function precisionOf(type: ExactType): number {
  return type.kind === 'decimal' ? type.precision : type.kind === 'hugeint' ? 38 : 18;
}

function scaleOf(type: ExactType): number {
  return type.kind === 'decimal' ? type.scale : 0;
}
