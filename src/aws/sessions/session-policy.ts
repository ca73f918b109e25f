import { EXPLAIN_VERB_EXTRAS, indexActions, tableActions } from '../policy/actions.js';
import { compactJson, oneOrMore, policyDocument, type Statement } from '../policy/document.js';
import { indexArn, type Place, tableArn } from '../policy/place.js';
import type { TableScope } from './session-scope.js';

/** AWS's limit of a session policy in characters; a second one, on a packed form, only AWS can tell. */
export const SESSION_POLICY_CHARACTERS_MAX = 2_048;

/**
 * The policy that narrows a session to what the scope says, as compact as can be: AWS then refuses what the decision here should
 * have refused. It only takes away from the role. Tables with the same classes share a statement; what a table lacks of what `*`
 * gives is denied. Listing is allowed with `*`, as `ListTables` is filtered to what the principal may see.
 */
export function sessionPolicy(place: Place, scope: readonly TableScope[]): string {
  const general = scope.find(({ table }) => table === '*');
  const named = scope.filter(({ table }) => table !== '*');
  const generalGrant = grantOf(general);
  const statements = [
    ...allowances(place, general === undefined ? [] : [general]),
    ...(general === undefined ? [] : [statement('Allow', ['dynamodb:ListTables'], ['*'])]),
    ...allowances(place, named),
    ...denials(place, named, generalGrant),
  ];
  // A policy must have a statement: a scope of nothing denies everything.
  return compactJson(policyDocument(statements.length > 0 ? statements : [statement('Deny', ['*'], ['*'])]));
}

interface ActionGrant {
  readonly onTable: readonly string[];
  readonly onIndex: readonly string[];
}

function grantOf(scope: TableScope | undefined): ActionGrant {
  const classes = scope?.classes ?? [];
  const extras = classes.includes('explain') ? EXPLAIN_VERB_EXTRAS : [];
  return { onTable: [...tableActions(classes), ...extras], onIndex: indexActions(classes) };
}

function allowances(place: Place, tables: readonly TableScope[]): readonly Statement[] {
  return [...groupBy(tables, grantOf)].flatMap(([{ onTable, onIndex }, names]) => [
    ...(onTable.length === 0
      ? []
      : [
          statement(
            'Allow',
            onTable,
            names.map((name) => tableArn(place, name)),
          ),
        ]),
    ...(onIndex.length === 0
      ? []
      : [
          statement(
            'Allow',
            onIndex,
            names.map((name) => indexArn(place, name)),
          ),
        ]),
  ]);
}

function denials(place: Place, tables: readonly TableScope[], general: ActionGrant): readonly Statement[] {
  const lacked = (table: TableScope): ActionGrant => {
    const own = grantOf(table);
    return {
      onTable: general.onTable.filter((action) => !own.onTable.includes(action)),
      onIndex: general.onIndex.filter((action) => !own.onIndex.includes(action)),
    };
  };
  return [...groupBy(tables, lacked)].flatMap(([{ onTable, onIndex }, names]) => {
    if (onTable.length === 0) return [];
    const onIndexes = onIndex.length === 0 ? [] : names.map((name) => indexArn(place, name));
    return [statement('Deny', onTable, [...names.map((name) => tableArn(place, name)), ...onIndexes])];
  });
}

/** Names of tables by what is to be said of them, in the order in which it first comes up. */
function groupBy(tables: readonly TableScope[], of: (table: TableScope) => ActionGrant): Map<ActionGrant, string[]> {
  const groups = new Map<string, { readonly grant: ActionGrant; readonly names: string[] }>();
  for (const table of tables) {
    const grant = of(table);
    const key = JSON.stringify(grant);
    const group = groups.get(key) ?? { grant, names: [] };
    group.names.push(table.table);
    groups.set(key, group);
  }
  return new Map([...groups.values()].map(({ grant, names }) => [grant, names]));
}

function statement(Effect: 'Allow' | 'Deny', actions: readonly string[], resources: readonly string[]): Statement {
  return { Effect, Action: oneOrMore(actions), Resource: oneOrMore(resources) };
}
