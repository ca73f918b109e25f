import { HeadgateError } from '../../base/errors/headgate-error.js';
import { nearest } from '../../base/nearest.js';
import type { EditedText } from '../parse/edited-text.js';
import { type AstNode, isNode, locationOf, textMember } from '../parse/parse-statement.js';

/** The only table functions that a statement may call: those that make rows out of their arguments. */
const TABLE_FUNCTIONS = new Set([
  'generate_series',
  'json_each',
  'json_tree',
  'range',
  'repeat',
  'repeat_row',
  'unnest',
]);

/**
 * Functions that read settings, variables, sequences, logs, the catalog or other statements, or that hold a thread.
 * DuckDB is pinned, so the set of all functions is known: `refused-functions.test.ts` fails when a new version adds one.
 */
const REFUSED = new Set([
  ...['combine', 'create_sort_key', 'current_catalog', 'current_connection_id', 'current_database', 'current_query'],
  ...[
    'current_query_id',
    'current_role',
    'current_schema',
    'current_schemas',
    'current_setting',
    'current_transaction_id',
  ],
  ...[
    'currval',
    'finalize',
    'get_block_size',
    'getvariable',
    'getenv',
    'in_search_path',
    'json_execute_serialized_sql',
  ],
  ...['json_serialize_plan', 'nextval', 'parse_duckdb_log_message', 'setseed', 'sleep_ms', 'stats', 'txid_current'],
  ...[
    'col_description',
    'obj_description',
    'shobj_description',
    'format_pg_type',
    'format_type',
    'map_to_pg_oid',
    'write_log',
  ],
]);
const REFUSED_FAMILIES = /^(?:__internal_|pg_|has_\w+_privilege$|inet_|headgate_)/;
const ALLOWED_IN_FAMILIES = new Set(['pg_typeof', 'pg_size_pretty']);

/** Whether a scalar or aggregate function may be called; the name in lower case. */
export function isRefusedFunction(name: string): boolean {
  return REFUSED.has(name) || (REFUSED_FAMILIES.test(name) && !ALLOWED_IN_FAMILIES.has(name));
}

/** Throws SQL_REFUSED when a FUNCTION or WINDOW node of the AST calls what a gateway does not offer. */
export function checkFunction(node: AstNode, text: EditedText): void {
  const name = textMember(node, 'function_name').toLowerCase();
  if (isRefusedFunction(name)) {
    throw refused(
      node,
      text,
      `the function ${name} is not allowed in a gateway`,
      'It reads the state of the server, not of your data.',
    );
  }
}

/** Throws SQL_REFUSED when a TABLE_FUNCTION node calls a function that is not on the list. */
export function checkTableFunction(node: AstNode, text: EditedText): void {
  const call = node['function'];
  const name = isNode(call) ? textMember(call, 'function_name').toLowerCase() : '';
  if (TABLE_FUNCTIONS.has(name)) return;
  const near = nearest(name, TABLE_FUNCTIONS);
  throw refused(
    node,
    text,
    `the table function ${name} is not allowed in a gateway`,
    'Functions that read files, settings or the catalog are refused.',
    near === undefined ? `Allowed are ${[...TABLE_FUNCTIONS].join(', ')}.` : `Did you mean ${near}?`,
  );
}

function refused(node: AstNode, text: EditedText, message: string, detail: string, hint?: string): HeadgateError {
  const offset = locationOf(node);
  return new HeadgateError('SQL_REFUSED', message, {
    detail,
    ...(hint === undefined ? {} : { hint }),
    ...(offset === undefined ? {} : { position: text.position(offset) }),
  });
}
