import type { ColumnType, NumberType } from '../../catalog/column-type.js';
import { numberTypeFor } from '../../catalog/infer-column-type.js';
import type { Digits } from '../../catalog/profile.js';
import type { AttributeValue, Item } from '../../dynamodb/attribute-value.js';
import { canonicalNumber, parseNumber } from '../../dynamodb/numbers.js';

/** The column's type with every number type in it wide enough for these values; the same object when it already is. */
export function widenFor(type: ColumnType, values: readonly (AttributeValue | undefined)[]): ColumnType {
  switch (type.kind) {
    case 'bigint':
    case 'hugeint':
    case 'decimal':
    case 'double':
      return widenNumber(
        type,
        values.flatMap((value) => (value !== undefined && 'N' in value ? [value.N] : [])),
      );
    case 'set': {
      const { element } = type;
      if (element.kind === 'string' || element.kind === 'binary') return type;
      const wider = widenNumber(
        element,
        values.flatMap((value) => (value !== undefined && 'NS' in value ? value.NS : [])),
      );
      return wider === element ? type : { kind: 'set', element: wider };
    }
    case 'list': {
      const wider = widenFor(
        type.element,
        values.flatMap((value) => (value !== undefined && 'L' in value ? value.L : [])),
      );
      return wider === type.element ? type : { kind: 'list', element: wider };
    }
    case 'struct': {
      const maps = values.flatMap((value) => (value !== undefined && 'M' in value ? [value.M] : []));
      const fields = type.fields.map((field) => {
        const wider = widenFor(
          field.type,
          maps.map((map) => map[field.attribute]),
        );
        return wider === field.type ? field : { ...field, type: wider };
      });
      return fields.every((field, i) => field === type.fields[i]) ? type : { kind: 'struct', fields };
    }
    default:
      return type;
  }
}

/** The items of a page; numbers are text in DynamoDB JSON, so that JSON.parse is exact. */
export function itemsOf(page: Uint8Array): Item[] {
  return JSON.parse(Buffer.from(page).toString('utf8')) as Item[]; // DynamoDB sends a list of items.
}

/**
 * The item, or a list of items, in JSON with every number in its shortest plain form: `100` for `1E2`, `5` for `5.00`.
 * DynamoDB itself writes them so; what stands in for it may not.
 */
export function canonicalJson(items: Item | readonly Item[]): string {
  return JSON.stringify(items, (_member, value: unknown) => {
    if (typeof value !== 'object' || value === null) return value;
    if ('N' in value && typeof value.N === 'string') return { N: canonicalNumber(value.N) };
    if ('NS' in value && Array.isArray(value.NS) && value.NS.every((text) => typeof text === 'string')) {
      return { NS: value.NS.map(canonicalNumber) };
    }
    return value;
  });
}

/** Whether every number in the item is written as `canonicalJson` would write it. */
export function hasCanonicalNumbers(item: Item): boolean {
  return Object.values(item).every(isCanonical);
}

function isCanonical(value: AttributeValue): boolean {
  if ('N' in value) return isCanonicalNumber(value.N);
  if ('NS' in value) return value.NS.every(isCanonicalNumber);
  if ('L' in value) return value.L.every(isCanonical);
  return !('M' in value) || Object.values(value.M).every(isCanonical);
}

function isCanonicalNumber(text: string): boolean {
  return /^-?[1-9]\d{0,17}$/.test(text) || canonicalNumber(text) === text;
}

function widenNumber(type: NumberType, texts: readonly string[]): NumberType {
  if (type.kind === 'double') return type;
  const found = texts.map(parseNumber).reduce<Digits>(
    (most, { integerDigits, fractionDigits }) => ({
      integer: Math.max(most.integer, integerDigits),
      fraction: Math.max(most.fraction, fractionDigits),
    }),
    { integer: 0, fraction: 0 },
  );
  if (!texts.some((text) => !fits(type, text))) return type;
  const own = digitsOf(type);
  const both = numberTypeFor({
    integer: Math.max(own.integer, found.integer),
    fraction: Math.max(own.fraction, found.fraction),
  });
  // What the old type could have held may be more than there is: `unify` looks at the values when it has to.
  return both.kind === 'double' ? numberTypeFor(found) : both;
}

function fits(type: NumberType, text: string): boolean {
  const { integer, fraction } = digitsOf(type);
  const { integerDigits, fractionDigits } = parseNumber(text);
  return integerDigits <= integer && fractionDigits <= fraction;
}

/** Digits before and after the point that an exact type holds; `double` is said to hold more than any. */
export function digitsOf(type: NumberType): Digits {
  switch (type.kind) {
    case 'bigint':
      return { integer: 18, fraction: 0 };
    case 'hugeint':
      return { integer: 38, fraction: 0 };
    case 'decimal':
      return { integer: type.precision - type.scale, fraction: type.scale };
    case 'double':
      return { integer: Number.POSITIVE_INFINITY, fraction: Number.POSITIVE_INFINITY };
  }
}
