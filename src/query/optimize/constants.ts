import type { ColumnType } from '../../catalog/column-type.js';
import type { AttributeValue } from '../../dynamodb/attribute-value.js';
import { type AstNode, isNode } from '../parse/parse-statement.js';

/** A constant of an optimized expression: exact number text, a double, text, bytes in base64, or a boolean. */
export type Constant =
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'binary'; readonly base64: string }
  | { readonly kind: 'boolean'; readonly value: boolean };

/** The constant that an AST node is; undefined for NULL, dates and whatever else has no counterpart in DynamoDB. */
export function readConstant(node: AstNode): Constant | undefined {
  if (node['class'] === 'CAST') return readCast(node);
  if (node['class'] !== 'CONSTANT' || !isNode(node['value'])) return undefined;
  const { type, is_null: isNull, value } = node['value'];
  if (isNull === true || !isNode(type)) return undefined;
  switch (type['id']) {
    case 'VARCHAR':
      return { kind: 'text', text: typeof value === 'string' ? value : '' };
    case 'BOOLEAN':
      return { kind: 'boolean', value: value === true };
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'BIGINT':
    case 'UBIGINT':
      return { kind: 'number', text: String(value ?? 0) };
    case 'HUGEINT':
      return isNode(value) ? { kind: 'number', text: hugeintText(value) } : undefined;
    case 'DECIMAL':
      return { kind: 'number', text: decimalText(value, type) };
    default:
      return undefined;
  }
}

/** `'t'::BOOLEAN` and `'\xAA'::BLOB` are how plans write these. */
function readCast(node: AstNode): Constant | undefined {
  const child = isNode(node['child']) ? readConstant(node['child']) : undefined;
  const target = isNode(node['cast_type']) ? node['cast_type']['id'] : undefined;
  if (child?.kind !== 'text') return undefined;
  if (target === 'BOOLEAN') return { kind: 'boolean', value: child.text === 't' || child.text === 'true' };
  if (target === 'BLOB') return { kind: 'binary', base64: blobBytes(child.text).toString('base64') };
  return undefined;
}

/** DuckDB's text of a BLOB: printable ASCII as it is, other bytes as \xAA. */
function blobBytes(text: string): Buffer {
  return Buffer.from(
    text.replace(/\\x([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
}

function hugeintText(value: AstNode): string {
  return String((BigInt(String(value['upper'] ?? 0)) << 64n) + BigInt(String(value['lower'] ?? 0)));
}

/** The value is the number times ten to the `scale`; a large one comes as {upper, lower}. */
function decimalText(value: AstNode[string] | undefined, type: AstNode): string {
  const info = type['type_info'];
  const scale = isNode(info) ? Number(info['scale'] ?? 0) : 0;
  const scaled = isNode(value) ? hugeintText(value) : String(value ?? 0);
  if (scale === 0) return scaled;
  const negative = scaled.startsWith('-');
  const digits = scaled.slice(negative ? 1 : 0).padStart(scale + 1, '0');
  return `${negative ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/**
 * The constant as an operand for a column of this type; undefined where DynamoDB could not compare it as SQL does:
 * another type, a number that DynamoDB cannot hold, or a column that is parsed from text.
 */
export function operandFor(type: ColumnType, constant: Constant): AttributeValue | undefined {
  switch (type.kind) {
    case 'string':
      return type.as === 'text' && constant.kind === 'text' ? { S: constant.text } : undefined;
    case 'bigint':
    case 'hugeint':
    case 'decimal':
      return constant.kind === 'number' && fitsDynamodb(constant.text) ? { N: constant.text } : undefined;
    case 'boolean':
      return constant.kind === 'boolean' ? { BOOL: constant.value } : undefined;
    case 'binary':
      return constant.kind === 'binary' ? { B: constant.base64 } : undefined;
    default:
      return undefined;
  }
}

/** At most 38 significant digits (dynamodb-numbers.md 6). */
function fitsDynamodb(text: string): boolean {
  return text.replace(/^-/, '').replace('.', '').replace(/^0+/, '').length <= 38;
}
