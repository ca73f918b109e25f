import type { Touch } from './classify/touch.js';
import type { TableTouch } from './decide-call.js';
import { type Guard, guarded } from './guard.js';
import { withSource } from './partiql/read-partiql.js';
import { invalid } from './refuse.js';
import { asObject, asText, changedAt, type JsonObject, type JsonPath, pathText } from './request/json-value.js';

export interface SentBody {
  readonly body: JsonObject;
  /** Names of tables in the answers of batches, where the caller wrote them otherwise: as sent to as written. */
  readonly renamed: ReadonlyMap<string, string>;
}

/**
 * What is sent for a request that is allowed: with the guards, and with the plain names that it was decided by. Throws
 * REQUEST_INVALID where two names are of one table, or where a guard has no room.
 */
export function sentBody(
  body: JsonObject,
  touches: readonly TableTouch[],
  guards: ReadonlyMap<Touch, Guard>,
): SentBody {
  const guardedBody = touches.reduce((changed, touch) => withGuard(changed, touch, guards), body);
  const keys = touches.flatMap(({ touch, name }) =>
    touch.place.kind === 'key' ? [[touch.place.key, name.table]] : [],
  );
  return {
    body: withKeys(touches.reduce(withName, guardedBody), touches),
    renamed: new Map(keys.flatMap(([key = '', table = '']) => (key === table ? [] : [[table, key]]))),
  };
}

/** The plain name where the caller's stands; names of members are for `withKeys`. */
function withName(body: JsonObject, { touch, name, facts }: TableTouch): JsonObject {
  const { place } = touch;
  switch (place.kind) {
    case 'key':
      return body;
    case 'member': {
      const written = place.form === 'arn' ? arnOf(facts?.arn, touch.at) : name.table;
      return objectAt(body, place.path, () => written);
    }
    case 'statement': {
      const parts = name.index === undefined ? [name.table] : [name.table, name.index];
      return objectAt(body, place.path, (text) =>
        withSource(asText(text, pathText(place.path)), place.statement.source, parts),
      );
    }
  }
}

function withGuard(body: JsonObject, { touch, facts }: TableTouch, guards: ReadonlyMap<Touch, Guard>): JsonObject {
  const guard = guards.get(touch);
  if (guard === undefined) return body;
  if (facts === undefined) throw invalid(touch.at, 'the key of the table is not known');
  const partitionKey = facts.partitionKey.name;
  return objectAt(body, touch.entry, (entry) =>
    guarded(asObject(entry, touch.at), guard, { partitionKey, at: touch.at }),
  );
}

/** Batches hold their tables as names of members. */
function withKeys(body: JsonObject, touches: readonly TableTouch[]): JsonObject {
  const names = new Map<string, string>();
  let path: JsonPath | undefined;
  for (const { touch, name } of touches) {
    if (touch.place.kind !== 'key') continue;
    path = touch.place.path;
    names.set(touch.place.key, name.table);
  }
  if (path === undefined) return body;
  const at = pathText(path);
  const twice = [...names.values()].find((name, index, all) => all.indexOf(name) !== index);
  if (twice !== undefined) throw invalid(at, `two of the names are of the table ${twice}`);
  return objectAt(body, path, (tables) =>
    Object.fromEntries(Object.entries(asObject(tables, at)).map(([key, value]) => [names.get(key) ?? key, value])),
  );
}

function objectAt(body: JsonObject, path: JsonPath, change: (old: unknown) => unknown): JsonObject {
  return asObject(changedAt(body, path, change), '');
}

function arnOf(arn: string | undefined, at: string): string {
  if (arn === undefined) throw invalid(at, 'the ARN of the table is not known');
  return arn;
}
