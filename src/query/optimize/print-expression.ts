import { type AstNode, isNode, nodesOf, textMember } from '../parse/parse-statement.js';
import { quoteString } from '../parse/scan-sql.js';
import { readConstant } from './constants.js';

const OPERATORS: Readonly<Record<string, string>> = {
  COMPARE_EQUAL: '=',
  COMPARE_NOTEQUAL: '<>',
  COMPARE_LESSTHAN: '<',
  COMPARE_LESSTHANOREQUALTO: '<=',
  COMPARE_GREATERTHAN: '>',
  COMPARE_GREATERTHANOREQUALTO: '>=',
  COMPARE_DISTINCT_FROM: 'IS DISTINCT FROM',
  COMPARE_NOT_DISTINCT_FROM: 'IS NOT DISTINCT FROM',
};

const FUNCTION_OPERATORS = new Set([
  '+',
  '-',
  '*',
  '/',
  '//',
  '%',
  '||',
  '~~',
  '!~~',
  '~~*',
  '^',
  '&',
  '|',
  '^@',
  '->',
  '->>',
]);

/** An expression as SQL text, for people to read in a plan; what has no short form is shown as `...`. */
export function printExpression(node: AstNode): string {
  const part = (member: string) => (isNode(node[member]) ? printOperand(node[member]) : '...');
  const children = nodesOf(node['children']);
  switch (node['class']) {
    case 'COLUMN_REF':
      return Array.isArray(node['column_names']) ? node['column_names'].map(String).join('.') : '...';
    case 'CONSTANT':
      return printConstant(node);
    case 'COMPARISON':
      return `${part('left')} ${OPERATORS[textMember(node, 'type')] ?? '?'} ${part('right')}`;
    case 'BETWEEN':
      return `${part('input')} BETWEEN ${part('lower')} AND ${part('upper')}`;
    case 'CONJUNCTION':
      return children.map(printOperand).join(node['type'] === 'CONJUNCTION_AND' ? ' AND ' : ' OR ');
    case 'OPERATOR':
      return printOperator(textMember(node, 'type'), children);
    case 'CAST':
      return `CAST(${isNode(node['child']) ? printExpression(node['child']) : '...'} AS ${typeName(node['cast_type'])})`;
    case 'FUNCTION':
      return printCall(textMember(node, 'function_name'), children);
    default:
      return '...';
  }
}

/** What stands within another expression is in parentheses where it could be read otherwise. */
function printOperand(node: AstNode): string {
  const text = printExpression(node);
  const isCompound = ['COMPARISON', 'BETWEEN', 'CONJUNCTION'].includes(String(node['class']));
  const isOperator = node['class'] === 'FUNCTION' && FUNCTION_OPERATORS.has(textMember(node, 'function_name'));
  return isCompound || isOperator ? `(${text})` : text;
}

function printConstant(node: AstNode): string {
  const constant = readConstant(node);
  switch (constant?.kind) {
    case 'text':
      return quoteString(constant.text);
    case 'number':
    case 'double':
      return constant.text;
    case 'boolean':
      return String(constant.value);
    case 'binary':
      return `from_base64('${constant.base64}')`;
    case 'date':
    case 'timestamp':
    case 'uuid':
      return `${constant.kind.toUpperCase()} ${quoteString(constant.text)}`;
    case undefined:
      return isNode(node['value']) && node['value']['is_null'] === true ? 'NULL' : '...';
  }
}

function printOperator(type: string, children: readonly AstNode[]): string {
  const [first = '...', ...rest] = children.map(printOperand);
  switch (type) {
    case 'OPERATOR_NOT':
      return `NOT ${first}`;
    case 'OPERATOR_IS_NULL':
      return `${first} IS NULL`;
    case 'OPERATOR_IS_NOT_NULL':
      return `${first} IS NOT NULL`;
    case 'COMPARE_IN':
      return `${first} IN (${rest.join(', ')})`;
    case 'COMPARE_NOT_IN':
      return `${first} NOT IN (${rest.join(', ')})`;
    case 'OPERATOR_COALESCE':
      return `coalesce(${[first, ...rest].join(', ')})`;
    default:
      return '...';
  }
}

function printCall(name: string, children: readonly AstNode[]): string {
  const [first, second, third] = children;
  const member = second === undefined ? undefined : readConstant(second);
  if (name === 'struct_extract' && first !== undefined && member?.kind === 'text')
    return `${printOperand(first)}.${member.text}`;
  if (name === 'array_extract' && first !== undefined && member?.kind === 'number')
    return `${printOperand(first)}[${member.text}]`;
  if (name === 'row') return `(${children.map(printExpression).join(', ')})`;
  if (name === 'list_value') return `[${children.map(printExpression).join(', ')}]`;
  if (FUNCTION_OPERATORS.has(name) && first !== undefined && second !== undefined && third === undefined)
    return `${printOperand(first)} ${name} ${printOperand(second)}`;
  return `${name}(${children.map(printExpression).join(', ')})`;
}

function typeName(type: AstNode[string] | undefined): string {
  if (!isNode(type)) return '...';
  const info = type['type_info'];
  return type['id'] === 'DECIMAL' && isNode(info)
    ? `DECIMAL(${String(info['width'])},${String(info['scale'] ?? 0)})`
    : String(type['id']);
}
