import type { ColumnType, NumberType, SetElementType, StringType } from '../../catalog/column-type.js';
import { parsedText } from '../../catalog/text-form.js';
import { quoteIdentifier } from '../parse/scan-sql.js';
import { numbersIn } from './number-types.js';

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
 * SQL that turns a parsed attribute value (`value`, of the structure above) into the column's SQL value. It fails for a
 * number that the type would round or does not hold.
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
 * SQL for the same, and NULL in place of a failure; and SQL that is true where there is something to read, so that NULL is
 * then a failure: undefined where there is no number that could fail.
 */
export function tryReadValue(
  type: ColumnType,
  value: string,
): { readonly sql: string; readonly present: string | undefined } {
  const sql = readValue(type, value);
  if (type.kind === 'json' || !numbersIn(type).some(({ kind }) => kind !== 'double'))
    return { sql, present: undefined };
  return { sql: `TRY(${sql})`, present: `${value}.${ownMember(type)} IS NOT NULL` };
}

/** SQL that is true when there is a value that the column does not read: of another type, here or nested inside. */
export function readsAsNull(type: ColumnType, value: string, depth = 0): string {
  if (type.kind === 'json') return 'false';
  const own = `${value}.${ownMember(type)}`;
  const other = `(${value} IS NOT NULL AND ${own} IS NULL AND ${value}."NULL" IS NULL)`;
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

/**
 * A cast alone would round: `CAST('1.5' AS BIGINT)` is 2. Digits that overflow make the cast itself fail, and it is made
 * to fail for those that would be lost. (Not by `error`, which TRY does not take.)
 */
function readNumber(type: NumberType, text: string): string {
  switch (type.kind) {
    case 'double':
      return `CAST(${text} AS DOUBLE)`;
    case 'bigint':
    case 'hugeint':
      return exactCast(text, `contains(${text}, '.') OR ${hasExponent(text)}`, type.kind.toUpperCase());
    case 'decimal': {
      const tooFine = `(contains(${text}, '.') AND length(${text}) - strpos(${text}, '.') > ${type.scale})`;
      return exactCast(text, `${tooFine} OR ${hasExponent(text)}`, `DECIMAL(${type.precision},${type.scale})`);
    }
  }
}

function exactCast(text: string, misfit: string, sqlType: string): string {
  return `CASE WHEN ${misfit} THEN CAST(concat('inexact ', ${text}) AS ${sqlType}) ELSE CAST(${text} AS ${sqlType}) END`;
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
