import { type AstNode, type AstValue, isNode, nodesOf } from '../parse/parse-statement.js';
import { indexOf } from './logical-plan.js';

/** The name of the column that a position stands for; undefined when it stands for something computed. */
export type ColumnAt = (position: number) => string | undefined;

/**
 * An expression of a logical plan in the form that the parser gives expressions, with columns under their own names: what
 * reads conditions then need not know in which of the two forms DuckDB wrote them.
 */
export function parsedForm(expression: AstNode, columnAt: ColumnAt): AstNode {
  const name = expression['type'] === 'BOUND_REF' ? columnAt(indexOf(expression)) : undefined;
  if (name !== undefined) return { class: 'COLUMN_REF', type: 'COLUMN_REF', column_names: [name] };
  if (expression['expression_class'] === 'BOUND_CONSTANT' && isNode(expression['value']))
    return constant(expression['value']);
  if (expression['expression_class'] === 'BOUND_BETWEEN' && !isClosed(expression))
    return openRange(expression, columnAt);
  const parsed: Record<string, AstValue> = {};
  for (const [member, value] of Object.entries(expression)) parsed[member] = parsedValue(value, columnAt);
  parsed['class'] = String(expression['expression_class']).replace(/^BOUND_/, '');
  if (parsed['class'] === 'FUNCTION') parsed['function_name'] = expression['name'] ?? '';
  if (parsed['class'] === 'CAST') parsed['cast_type'] = expression['return_type'] ?? null;
  return parsed;
}

function isClosed(between: AstNode): boolean {
  return between['lower_inclusive'] === true && between['upper_inclusive'] === true;
}

/** DuckDB makes a BETWEEN of `a >= 1 AND a < 9` too. */
function openRange(between: AstNode, columnAt: ColumnAt): AstNode {
  const bound = (member: 'lower' | 'upper', operator: string): AstNode => ({
    class: 'COMPARISON',
    type: between[`${member}_inclusive`] === true ? `COMPARE_${operator}THANOREQUALTO` : `COMPARE_${operator}THAN`,
    left: parsedValue(between['input'] ?? null, columnAt),
    right: parsedValue(between[member] ?? null, columnAt),
  });
  return {
    class: 'CONJUNCTION',
    type: 'CONJUNCTION_AND',
    children: [bound('lower', 'GREATER'), bound('upper', 'LESS')],
  };
}

function parsedValue(value: AstValue, columnAt: ColumnAt): AstValue {
  if (Array.isArray(value)) return value.map((each) => parsedValue(each, columnAt));
  return isNode(value) && value['expression_class'] !== undefined ? parsedForm(value, columnAt) : value;
}

/** Lists and rows that were folded are calls again; dates and their like are casts of text, as one writes them. */
function constant(value: AstNode): AstNode {
  const type = isNode(value['type']) ? value['type'] : {};
  const inner = value['value'];
  const plain: AstNode = { class: 'CONSTANT', type: 'VALUE_CONSTANT', value };
  if (value['is_null'] === true) return plain;
  switch (type['id']) {
    case 'LIST':
      return call('list_value', inner);
    case 'STRUCT':
      return isRow(type) ? call('row', inner) : plain;
    case 'DATE':
      return isOrdinaryDay(Number(inner ?? 0)) ? cast(dateText(Number(inner ?? 0)), type) : plain;
    case 'TIMESTAMP':
    case 'TIMESTAMP WITH TIME ZONE':
      return isOrdinaryDay(Number(inner ?? 0) / MICROS_PER_DAY)
        ? cast(timestampText(BigInt(String(inner ?? 0))), type)
        : plain;
    case 'UUID':
      return isNode(inner) ? cast(uuidText(inner), type) : plain;
    default:
      return plain;
  }
}

function call(name: string, values: AstValue | undefined): AstNode {
  const children = isNode(values) ? nodesOf(values['children']).map(constant) : [];
  return { class: 'FUNCTION', type: 'FUNCTION', function_name: name, children };
}

function cast(text: string, type: AstNode): AstNode {
  const child: AstNode = {
    class: 'CONSTANT',
    type: 'VALUE_CONSTANT',
    value: { type: { id: 'VARCHAR' }, is_null: false, value: text },
  };
  return { class: 'CAST', type: 'OPERATOR_CAST', child, cast_type: type };
}

/** A row's fields have no names. */
function isRow(type: AstNode): boolean {
  const info = type['type_info'];
  return isNode(info) && nodesOf(info['child_types']).every((field) => (field['first'] ?? '') === '');
}

const MICROS_PER_DAY = 86_400_000_000;

/** A day of the years 1 to 9999, counted from 1970; the infinities and what is beyond have no ordinary text. */
function isOrdinaryDay(days: number): boolean {
  return days >= -719_162 && days < 2_932_897;
}

function dateText(days: number): string {
  return new Date(days * 86_400_000).toISOString().slice(0, 10);
}

function timestampText(micros: bigint): string {
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = (micros - fraction) / 1_000_000n;
  const text = new Date(Number(seconds) * 1000).toISOString().slice(0, 19).replace('T', ' ');
  return fraction === 0n ? text : `${text}.${String(fraction).padStart(6, '0').replace(/0+$/, '')}`;
}

/** DuckDB keeps a UUID as a number whose highest bit is turned, so that numbers and texts sort alike. */
function uuidText(value: AstNode): string {
  const upper = BigInt.asUintN(64, BigInt(String(value['upper'] ?? 0)) ^ (1n << 63n));
  const lower = BigInt.asUintN(64, BigInt(String(value['lower'] ?? 0)));
  const hex = upper.toString(16).padStart(16, '0') + lower.toString(16).padStart(16, '0');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
