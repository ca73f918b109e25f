import type { Grant } from '../access/grant.js';
import { isVisible } from '../access/visible.js';
import { HeadgateError } from '../base/errors/headgate-error.js';
import { classify } from './classify/classify.js';
import { type NameScope, type ResolvedName, resolveName } from './classify/resolve-name.js';
import type { Caller, OperationContext, OperationSchema, TableFacts, TableName } from './context.js';
import { decideCall, type TableTouch } from './decide-call.js';
import type { Guard } from './guard.js';
import { invalid } from './refuse.js';
import type { JsonObject } from './request/json-value.js';
import { sentBody } from './sent-body.js';

/** A call that is allowed, as it is to be sent. */
export interface PreparedCall {
  readonly kind: 'call';
  readonly verb: string;
  readonly schema: OperationSchema;
  readonly body: JsonObject;
  readonly tables: readonly string[];
  /** Facts of each table by its name; without those that are to be made. */
  readonly touches: readonly TableTouch[];
  readonly isWrite: boolean;
  readonly renamed: ReadonlyMap<string, string>;
}

/** The list of tables, which is answered without being sent. */
export interface PreparedListing {
  readonly kind: 'listing';
  readonly schema: OperationSchema;
}

/** What is known of a call so far: filled in while it is prepared, so that a refusal can be recorded as far as it came. */
export interface CallTrace {
  tables: readonly TableName[];
  statements: readonly string[];
  grants: readonly Grant[];
  accessPaths: readonly string[];
}

export interface CallRequest {
  readonly caller: Caller;
  readonly verb: string;
  readonly body: JsonObject;
  readonly signal: AbortSignal;
}

/**
 * Decides over everything that the call touches, and makes what is to be sent. A table that the caller may not know of is
 * answered like one that is not there, before anything is said of classes. Throws VERB_UNKNOWN, REQUEST_INVALID,
 * SCHEMA_NOT_FOUND, TABLE_NOT_FOUND, ACCESS_DENIED.
 */
export async function prepareCall(
  { caller, verb, body, signal }: CallRequest,
  context: OperationContext,
  trace: CallTrace,
): Promise<PreparedCall | PreparedListing> {
  const grants = await context.grants();
  const scope = nameScope(caller, context, grants);
  const classified = classify(verb, body);
  if (classified.kind === 'listing') return { kind: 'listing', schema: listedSchema(scope, context) };
  trace.statements = classified.statements;
  const named = classified.touches.map((touch) => ({ touch, name: resolveName(touch.name, touch.at, scope) }));
  trace.tables = eachOnce(named.map(({ name }) => name));
  const schema = oneSchema(trace.tables, context);

  const makesTable = verb === 'CreateTable';
  const facts = new Map<string, TableTouch['facts']>();
  if (!makesTable) {
    for (const { table } of trace.tables) {
      facts.set(table, await visibleFacts({ caller, schema, table, signal }, grants));
    }
  }
  const touches = named.map(({ touch, name }) => ({ touch, name, facts: facts.get(name.table) }));
  for (const touch of touches) checkArn(touch);

  // Asked again, because a grant may have been revoked while the tables were looked up.
  const decision = decideCall(caller.principal, touches, await context.grants());
  trace.grants = decision.grants;
  if (!decision.allowed) throw decision.error;
  if (makesTable && !trace.tables.every(({ table }) => schema.isOpenFor(table))) throw notOpen(schema, trace.tables);
  trace.accessPaths = accessPaths(verb, touches, decision.guards);
  const isWrite = touches.some(({ touch }) => touch.needs.classes.some((one) => one !== 'select' && one !== 'explain'));
  const tables = trace.tables.map(({ table }) => table);
  return { kind: 'call', verb, schema, tables, touches, isWrite, ...sentBody(body, touches, decision.guards) };
}

/** Facts of a table that is named by itself, for those who write a request for it. Throws as `prepareCall`. */
export async function factsOf(
  { caller, name, signal }: { readonly caller: Caller; readonly name: string; readonly signal: AbortSignal },
  context: OperationContext,
): Promise<TableFacts> {
  const grants = await context.grants();
  const resolved = resolveName({ kind: 'name', text: name }, 'table', nameScope(caller, context, grants));
  const schema = oneSchema([resolved], context);
  return visibleFacts({ caller, schema, table: resolved.table, signal }, grants);
}

/** A table that is hidden, one that the schema is not open for, and one that is not there are the same. */
async function visibleFacts(
  given: {
    readonly caller: Caller;
    readonly schema: OperationSchema;
    readonly table: string;
    readonly signal: AbortSignal;
  },
  grants: readonly Grant[],
): Promise<TableFacts> {
  const { caller, schema, table, signal } = given;
  const isThere = schema.isOpenFor(table) && isVisible(caller.principal, { schema: schema.name, table }, grants);
  const found = isThere ? await schema.tableFacts(table, signal) : undefined;
  if (found === undefined) throw noTable(table);
  return found;
}

function nameScope(caller: Caller, context: OperationContext, grants: readonly Grant[]): NameScope {
  const schemaNamed = (name: string) => {
    const schema = context.schemaNamed(name)?.name;
    return schema !== undefined && isVisible(caller.principal, { schema }, grants) ? schema : undefined;
  };
  const { defaultSchema } = caller;
  return {
    schemaNamed,
    // Not asked whether it is visible: in a hidden schema each table is answered as missing, and none says more.
    defaultSchema: defaultSchema === undefined ? undefined : context.schemaNamed(defaultSchema)?.name,
  };
}

function listedSchema({ defaultSchema }: NameScope, context: OperationContext): OperationSchema {
  const schema = defaultSchema === undefined ? undefined : context.schemaNamed(defaultSchema);
  if (schema !== undefined) return schema;
  throw new HeadgateError('SCHEMA_NOT_FOUND', 'ListTables lists the tables of one schema, and none is named.', {
    hint: 'Name the schema of the request.',
  });
}

function eachOnce(names: readonly ResolvedName[]): readonly TableName[] {
  const byName = new Map(names.map(({ schema, table }) => [`${schema}.${table}`, { schema, table }]));
  return [...byName.values()];
}

/** A call goes to one account and region. */
function oneSchema(tables: readonly TableName[], context: OperationContext): OperationSchema {
  const [first, ...others] = [...new Set(tables.map(({ schema }) => schema))];
  if (others.length > 0) throw invalid('', 'All tables of one call must be of one schema.');
  const schema = first === undefined ? undefined : context.schemaNamed(first);
  if (schema === undefined) throw new HeadgateError('SCHEMA_NOT_FOUND', 'The schema is not there any more.');
  return schema;
}

/** An ARN must be that of the very table, whatever account and region it names. */
function checkArn({ touch, name, facts }: TableTouch): void {
  if (name.arn === undefined) return;
  const { partition, region, account } = name.arn;
  const arn = `arn:${partition}:dynamodb:${region}:${account}:table/${name.table}`;
  if (facts?.arn === arn) return;
  throw new HeadgateError('ACCESS_DENIED', `${arn} is not in the account and region of the schema ${name.schema}.`, {
    ...(touch.at === '' ? {} : { detail: `It stands at ${touch.at}.` }),
    hint: 'Name the table by its plain name, or as schema.table.',
  });
}

function accessPaths(
  verb: string,
  touches: readonly TableTouch[],
  guards: ReadonlyMap<TableTouch['touch'], Guard>,
): readonly string[] {
  const paths = touches.map(({ touch, name }) => {
    const guard = guards.get(touch);
    const index = name.index ?? touch.index;
    const how = [verb, ...(index === undefined ? [] : [index]), ...(guard === undefined ? [] : [`if ${guard}`])];
    return `${name.schema}.${name.table}: ${how.join(' ')}`;
  });
  return [...new Set(paths)];
}

function noTable(table: string): HeadgateError {
  return new HeadgateError('TABLE_NOT_FOUND', `Requested resource not found: Table: ${table} not found`, {
    hint: 'Names are case-sensitive. Is it the right schema, and is access to the table granted?',
  });
}

function notOpen(schema: OperationSchema, tables: readonly TableName[]): HeadgateError {
  const names = tables.map(({ table }) => table).join(', ');
  return new HeadgateError('ACCESS_DENIED', `The schema ${schema.name} is not open for a table ${names}.`, {
    hint: 'Add it to the tables of the schema.',
  });
}
