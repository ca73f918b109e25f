import { type ColumnType, type NumberType, sqlTypeName } from '../../src/catalog/column-type.js';
import type { AttributeValue, Item } from '../../src/dynamodb/attribute-value.js';
import { exactNumber, integerDigits, plainDigits } from './exact-number.js';

/**
 * The value as a SQL literal of the column's type, by the rules of "Types and values": a column reads its own DynamoDB
 * type, anything else is NULL, and no number is rounded (an exact type that cannot hold one fails the test).
 */
export function literalOf(value: AttributeValue | undefined, type: ColumnType): string {
  const literal = value === undefined ? undefined : typedLiteral(value, type);
  return literal ?? `CAST(NULL AS ${sqlTypeName(type)})`;
}

function typedLiteral(value: AttributeValue, type: ColumnType): string | undefined {
  switch (type.kind) {
    case 'string':
      return 'S' in value ? text(value.S) : undefined;
    case 'boolean':
      return 'BOOL' in value ? String(value.BOOL) : undefined;
    case 'binary':
      return 'B' in value ? blob(value.B) : undefined;
    case 'set':
      return setLiteral(value, type);
    case 'list': {
      if (!('L' in value)) return undefined;
      return `[${value.L.map((element) => literalOf(element, type.element)).join(', ')}]::${sqlTypeName(type)}`;
    }
    case 'struct': {
      if (!('M' in value)) return undefined;
      const members = value.M;
      const fields = type.fields.map(({ name, attribute, type: fieldType }) => {
        const member = Object.hasOwn(members, attribute) ? members[attribute] : undefined;
        return `${text(name)}: ${literalOf(member, fieldType)}`;
      });
      return `{${fields.join(', ')}}::${sqlTypeName(type)}`;
    }
    case 'json':
      return 'NULL' in value ? undefined : `${text(plainJson(value))}::JSON`;
    default:
      return 'N' in value ? number(value.N, type) : undefined;
  }
}

function setLiteral(value: AttributeValue, type: ColumnType & { readonly kind: 'set' }): string | undefined {
  const { element } = type;
  const elements = (): string[] | undefined => {
    if (element.kind === 'string') return 'SS' in value ? value.SS.map(text) : undefined;
    if (element.kind === 'binary') return 'BS' in value ? value.BS.map(blob) : undefined;
    return 'NS' in value ? value.NS.map((each) => number(each, element)) : undefined;
  };
  const list = elements();
  return list === undefined ? undefined : `[${list.join(', ')}]::${sqlTypeName(type)}`;
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

function blob(base64: string): string {
  return `from_hex('${Buffer.from(base64, 'base64').toString('hex')}')`;
}

function number(digits: string, type: NumberType): string {
  if (type.kind === 'double') return `'${Number(digits)}'::DOUBLE`;
  const exact = exactNumber(digits);
  const [precision, scale] =
    type.kind === 'decimal' ? [type.precision, type.scale] : [type.kind === 'bigint' ? 18 : 38, 0];
  if (exact.scale > scale || integerDigits(exact) > precision - scale) {
    throw new Error(`the column type ${sqlTypeName(type)} would round ${digits}`);
  }
  return `'${plainDigits(exact, scale)}'::${sqlTypeName(type)}`;
}

/** The whole item as plain JSON, for `_item`. */
export function plainItem(item: Item): string {
  return members(item);
}

/** By the table in dynamodb/plain-json.ts: nothing is lost, and what JSON cannot say is an object with a `$` word. */
function plainJson(value: AttributeValue): string {
  if ('S' in value) return JSON.stringify(value.S);
  if ('N' in value) return jsonNumber(value.N);
  if ('BOOL' in value) return String(value.BOOL);
  if ('NULL' in value) return 'null';
  if ('B' in value) return `{"$binary":${JSON.stringify(value.B)}}`;
  if ('SS' in value) return `{"$set":[${value.SS.map((each) => JSON.stringify(each)).join(',')}]}`;
  if ('NS' in value) return `{"$set":[${value.NS.map(jsonNumber).join(',')}]}`;
  if ('BS' in value) return `{"$set":[${value.BS.map((each) => plainJson({ B: each })).join(',')}]}`;
  if ('L' in value) return `[${value.L.map(plainJson).join(',')}]`;
  const [only, ...others] = Object.keys(value.M);
  const plain = members(value.M);
  return only?.startsWith('$') && others.length === 0 ? `{"$map":${plain}}` : plain;
}

function members(map: Readonly<Record<string, AttributeValue>>): string {
  const texts = Object.entries(map).map(([name, value]) => ({ name: JSON.stringify(name).slice(0, -1), value }));
  texts.sort((a, b) => (a.name < b.name ? -1 : 1));
  return `{${texts.map(({ name, value }) => `${name}":${plainJson(value)}`).join(',')}}`;
}

/** A number where a double holds all its digits, a string of them where not. */
function jsonNumber(digits: string): string {
  const { unscaled, scale } = exactNumber(digits);
  const significant = unscaled.toString().replace('-', '').replace(/0+$/, '');
  const plain = scale > 38 || integerDigits({ unscaled, scale }) > 38 ? digits : plainDigits({ unscaled, scale });
  return significant.length <= 15 ? plain : JSON.stringify(plain);
}
