import type { ColumnType } from '../../catalog/column-type.js';
import { isInForm, type ParsedForm } from '../../catalog/text-form.js';
import type { AttributeValue } from '../../dynamodb/attribute-value.js';
import { type AstNode, isNode } from '../parse/parse-statement.js';

/**
 * A constant of an optimized expression: exact number text, a double, text, bytes in base64, a boolean, or a date, a moment
 * or a UUID in the form of `text-form.ts`; a moment without a zone, and with seconds.
 */
export type Constant =
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'double'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'binary'; readonly base64: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: ParsedForm; readonly text: string };

/** The constant that an AST node is; undefined for NULL and whatever else has no counterpart in DynamoDB. */
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
    case 'DOUBLE':
      return Number.isFinite(Number(value ?? 0)) ? { kind: 'double', text: String(value ?? 0) } : undefined;
    case 'BLOB':
      return { kind: 'binary', base64: blobBytes(typeof value === 'string' ? value : '').toString('base64') };
    default:
      return undefined;
  }
}

/** `'t'::BOOLEAN`, `'\xAA'::BLOB` and `'2026-07-01'::DATE` are how plans write these. */
function readCast(node: AstNode): Constant | undefined {
  const child = isNode(node['child']) ? readConstant(node['child']) : undefined;
  const target = isNode(node['cast_type']) ? node['cast_type']['id'] : undefined;
  if (child?.kind !== 'text') return undefined;
  if (target === 'BOOLEAN') return { kind: 'boolean', value: child.text === 't' || child.text === 'true' };
  if (target === 'BLOB') return { kind: 'binary', base64: blobBytes(child.text).toString('base64') };
  if (target === 'DATE' || target === 'UUID') return inForm(target === 'DATE' ? 'date' : 'uuid', child.text);
  if (target === 'TIMESTAMP' || target === 'TIMESTAMP WITH TIME ZONE') return readMoment(child.text);
  return undefined;
}

/** DuckDB's time zone is UTC (`open-duckdb.ts`), so that a moment with a zone is the same text as one without. */
function readMoment(text: string): Constant | undefined {
  const [, day, time] = /^([\d-]+) (\d\d:\d\d:\d\d(?:\.\d+)?)(?:[+]00)?$/.exec(text) ?? [];
  return inForm('timestamp', `${day}T${time}`);
}

function inForm(kind: ParsedForm, text: string): Constant | undefined {
  return isInForm(kind, text) ? { kind, text } : undefined;
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
 * another type, a number that DynamoDB cannot hold, or moments, which have several spellings.
 */
export function operandFor(type: ColumnType, constant: Constant): AttributeValue | undefined {
  switch (type.kind) {
    case 'string':
      return type.as !== 'timestamp' && constant.kind === type.as ? { S: constant.text } : undefined;
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
