import {
  type ColumnType,
  type NumberType,
  type SetElementType,
  type StringType,
  sqlTypeName,
} from '../../catalog/column-type.js';
import { parsedText } from '../../catalog/text-form.js';
import { quoteIdentifier } from '../parse/scan-sql.js';
import { numbersIn } from './number-types.js';
import { digitsOf } from './widen-page.js';

/**
 * Which members of an attribute value DuckDB's JSON reader has to take, as the structure that `from_json` wants.
 * Numbers stay text until it is sure that the column's type holds them exactly.
 */
export function valueStructure(type: ColumnType): unknown {
  switch (type.kind) {
    case 'string':
      return { S: 'VARCHAR', NULL: 'BOOLEAN' };
    case 'bigint':
    case 'hugeint':
    case 'decimal':
    case 'double':
      return { N: 'VARCHAR', NULL: 'BOOLEAN' };
    case 'boolean':
      return { BOOL: 'BOOLEAN', NULL: 'BOOLEAN' };
    case 'binary':
      return { B: 'VARCHAR', NULL: 'BOOLEAN' };
    case 'set':
      return { [setMember(type.element)]: ['VARCHAR'], NULL: 'BOOLEAN' };
    case 'list':
      return { L: [valueStructure(type.element)], NULL: 'BOOLEAN' };
    case 'struct':
      return {
        M: Object.fromEntries(type.fields.map((field) => [field.attribute, valueStructure(field.type)])),
        NULL: 'BOOLEAN',
      };
    case 'json':
      // In a plain page the value is the text of its plain JSON.
      return 'VARCHAR';
  }
}

/**
 * SQL that turns a parsed attribute value (`value`, of the structure above) into the column's SQL value. A number that does
 * not fit its type (see `hasMisfit`) is rounded or NULL: such a value is not to be used.
 */
export function readValue(type: ColumnType, value: string, depth = 0): string {
  switch (type.kind) {
    case 'string':
      return readText(type.as, `${value}.S`);
    case 'bigint':
    case 'hugeint':
    case 'decimal':
    case 'double':
      return readNumber(type, `${value}.N`);
    case 'boolean':
      return `${value}.BOOL`;
    case 'binary':
      return `from_base64(${value}.B)`;
    case 'set':
      return readSet(type.element, `${value}.${setMember(type.element)}`, depth);
    case 'list':
      return `list_transform(${value}.L, lambda x${depth}: ${readValue(type.element, `x${depth}`, depth + 1)})`;
    case 'struct': {
      const fields = type.fields.map(
        (field) => `${quoteIdentifier(field.name)} := ${readValue(field.type, member(value, field.attribute), depth)}`,
      );
      return `CASE WHEN ${value}.M IS NULL THEN NULL ELSE struct_pack(${fields.join(', ')}) END`;
    }
    case 'json':
      return `CAST(NULLIF(${value}, 'null') AS JSON)`;
  }
}

/**
 * SQL that is true when a number of the value, here or nested inside, does not fit its type: `CAST('1.5' AS BIGINT)` is 2,
 * and what has too many digits for the type is NULL. It may be NULL in place of false; `false` where there is no number.
 */
export function hasMisfit(type: ColumnType, value: string, depth = 0): string {
  const each = `x${depth}`;
  switch (type.kind) {
    case 'bigint':
    case 'hugeint':
    case 'decimal':
      return isMisfit(type, `${value}.N`);
    case 'set':
      return isAny(`${value}.NS`, each, numbersIn(type).map((number) => isMisfit(number, each))[0] ?? 'false');
    case 'list':
      return isAny(`${value}.L`, each, hasMisfit(type.element, each, depth + 1));
    case 'struct':
      return anyOf(type.fields.map((field) => hasMisfit(field.type, member(value, field.attribute), depth)));
    default:
      return 'false';
  }
}

/** SQL that is true when there is a value that the column does not read: of another type, here or nested inside. */
export function readsAsNull(type: ColumnType, value: string, depth = 0): string {
  if (type.kind === 'json') return 'false';
  const own = `${value}.${ownMember(type)}`;
  // What is seldom true comes first: DuckDB looks at the others only where it is.
  const other = `(${own} IS NULL AND ${value} IS NOT NULL AND ${value}."NULL" IS NULL)`;
  switch (type.kind) {
    case 'string':
      return type.as === 'text' ? other : `(${other} OR (${own} IS NOT NULL AND ${readText(type.as, own)} IS NULL))`;
    case 'list': {
      const each = `x${depth}`;
      return anyOf([other, isAny(own, each, readsAsNull(type.element, each, depth + 1))]);
    }
    case 'struct': {
      const fields = type.fields.map((field) => readsAsNull(field.type, member(value, field.attribute), depth));
      return anyOf([other, ...fields]);
    }
    default:
      return other;
  }
}

/** SQL that is true when a number of the value, here or nested inside, has more digits than its DOUBLE holds for sure. */
export function roundsNumber(type: ColumnType, value: string, depth = 0): string {
  const each = `x${depth}`;
  switch (type.kind) {
    case 'double':
      return hasManyDigits(`${value}.N`);
    case 'set':
      return type.element.kind === 'double' ? isAny(`${value}.NS`, each, hasManyDigits(each)) : 'false';
    case 'list':
      return isAny(`${value}.L`, each, roundsNumber(type.element, each, depth + 1));
    case 'struct': {
      const fields = type.fields.map((field) => roundsNumber(field.type, member(value, field.attribute), depth));
      return anyOf(fields);
    }
    default:
      return 'false';
  }
}

function hasManyDigits(text: string): string {
  return `length(trim(regexp_replace(${text}, '[eE].*$|[-+.]', '', 'g'), '0')) > 15`;
}

/** True when the condition holds for an element of the list. */
function isAny(list: string, each: string, condition: string): string {
  return condition === 'false' ? 'false' : `len(list_filter(${list}, lambda ${each}: ${condition})) > 0`;
}

function anyOf(conditions: readonly string[]): string {
  const possible = conditions.filter((condition) => condition !== 'false');
  return possible.length === 0 ? 'false' : `(${possible.join(' OR ')})`;
}

function readText(as: StringType['as'], text: string): string {
  return as === 'text' ? text : parsedText(as, text);
}

function readNumber(type: NumberType, text: string): string {
  return `TRY_CAST(${text} AS ${sqlTypeName(type)})`;
}

/** Few numbers are so long that they have to be cast to see whether they fit. */
function isMisfit(type: NumberType, text: string): string {
  if (type.kind === 'double') return 'false';
  const { integer, fraction } = digitsOf(type);
  const point = `contains(${text}, '.')`;
  const isInexact = fraction === 0 ? point : `(${point} AND length(${text}) - strpos(${text}, '.') > ${fraction})`;
  const isTooLong = `CASE WHEN length(${text}) > ${integer} THEN ${readNumber(type, text)} IS NULL ELSE false END`;
  return `(${isInexact} OR ${hasExponent(text)} OR ${isTooLong})`;
}

function hasExponent(text: string): string {
  return `contains(${text}, 'E') OR contains(${text}, 'e')`;
}

function readSet(element: SetElementType, values: string, depth: number): string {
  if (element.kind === 'string') return values;
  const x = `x${depth}`;
  const read = element.kind === 'binary' ? `from_base64(${x})` : readNumber(element, x);
  return `list_transform(${values}, lambda ${x}: ${read})`;
}

function setMember(element: SetElementType): 'SS' | 'NS' | 'BS' {
  return element.kind === 'string' ? 'SS' : element.kind === 'binary' ? 'BS' : 'NS';
}

function ownMember(type: Exclude<ColumnType, { kind: 'json' }>): string {
  switch (type.kind) {
    case 'string':
      return 'S';
    case 'boolean':
      return 'BOOL';
    case 'binary':
      return 'B';
    case 'set':
      return setMember(type.element);
    case 'list':
      return 'L';
    case 'struct':
      return 'M';
    default:
      return 'N';
  }
}

function member(value: string, attribute: string): string {
  return `${value}.M.${quoteIdentifier(attribute)}`;
}
