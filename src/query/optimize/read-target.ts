import type { ColumnType } from '../../catalog/column-type.js';
import type { Column } from '../../catalog/model.js';
import { type AstNode, isNode, nodesOf } from '../parse/parse-statement.js';
import type { AttributePath } from '../plan/conditions/predicate.js';
import { readConstant } from './constants.js';

/** Finds the column that a plan calls by this name. */
export type ColumnLookup = (planName: string) => Column | undefined;

/** What a condition is about. */
export interface Target {
  readonly path: AttributePath;
  readonly type: ColumnType;
  /** The plan casts the column to DOUBLE before it compares. */
  readonly asDouble: boolean;
}

/** A column, a member of its maps, an element of its lists, or one of these behind a cast that loses nothing. */
export function readTarget(node: AstNode, columnOf: ColumnLookup): Target | undefined {
  if (node['class'] === 'COLUMN_REF') {
    const names = Array.isArray(node['column_names']) ? node['column_names'] : [];
    const column = names.length === 1 ? columnOf(String(names[0])) : undefined;
    return column === undefined ? undefined : { path: [column.attribute], type: column.type, asDouble: false };
  }
  if (node['class'] === 'CAST') return readCastTarget(node, columnOf);
  if (node['class'] !== 'FUNCTION') return undefined;
  const [inner, member] = nodesOf(node['children']);
  const parent = inner === undefined ? undefined : readTarget(inner, columnOf);
  const constant = member === undefined ? undefined : readConstant(member);
  if (parent === undefined || constant === undefined || parent.asDouble) return undefined;
  if (node['function_name'] === 'struct_extract' && parent.type.kind === 'struct' && constant.kind === 'text') {
    const wanted = constant.text.toLowerCase();
    const field = parent.type.fields.find(({ name }) => name.toLowerCase() === wanted);
    return field === undefined
      ? undefined
      : { path: [...parent.path, field.attribute], type: field.type, asDouble: false };
  }
  const index = constant.kind === 'number' ? Number(constant.text) : 0;
  if (node['function_name'] === 'array_extract' && parent.type.kind === 'list' && index >= 1 && index <= 1000) {
    return { path: [...parent.path, index - 1], type: parent.type.element, asDouble: false };
  }
  return undefined;
}

function readCastTarget(node: AstNode, columnOf: ColumnLookup): Target | undefined {
  const { child, cast_type: cast, try_cast: tryCast } = node;
  const target = isNode(child) ? readTarget(child, columnOf) : undefined;
  if (target === undefined || !isNode(cast) || tryCast === true || target.asDouble) return undefined;
  if (cast['id'] === 'DOUBLE' && isNumber(target.type)) return { ...target, asDouble: true };
  if (isMoment(target.type) && MOMENTS.has(String(cast['id']))) return target;
  return isExactCast(target.type, cast) ? target : undefined;
}

/** DuckDB's time zone is UTC, so that a zone changes nothing; a date becomes its midnight. */
const MOMENTS = new Set(['TIMESTAMP', 'TIMESTAMP WITH TIME ZONE']);

function isMoment(type: ColumnType): boolean {
  return type.kind === 'string' && (type.as === 'date' || type.as === 'timestamp');
}

/** Whether a column of this type has numbers. */
export function isNumber(type: ColumnType): boolean {
  return ['bigint', 'hugeint', 'decimal', 'double'].includes(type.kind);
}

/** A cast to a DECIMAL of at least the column's scale, or to a wider integer, changes no value. */
function isExactCast(type: ColumnType, cast: AstNode): boolean {
  const scale = type.kind === 'decimal' ? type.scale : 0;
  if (!['bigint', 'hugeint', 'decimal'].includes(type.kind)) return false;
  if (cast['id'] === 'HUGEINT') return scale === 0;
  const info = cast['type_info'];
  return cast['id'] === 'DECIMAL' && isNode(info) && Number(info['scale'] ?? 0) >= scale;
}
