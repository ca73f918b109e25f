import type { OperationClass } from '../access/access-code.js';
import { decide, decideAll, type Refusal } from '../access/decide.js';
import type { Grant } from '../access/grant.js';
import type { Principal } from '../access/principal.js';
import { HeadgateError } from '../base/errors/headgate-error.js';
import type { ResolvedName } from './classify/resolve-name.js';
import type { Touch } from './classify/touch.js';
import type { TableFacts } from './context.js';
import type { Guard } from './guard.js';

/** A touch whose table is known. */
export interface TableTouch {
  readonly touch: Touch;
  readonly name: ResolvedName;
  /** Undefined only for a table that is to be made. */
  readonly facts: TableFacts | undefined;
}

export type CallDecision =
  | { readonly allowed: true; readonly grants: readonly Grant[]; readonly guards: ReadonlyMap<Touch, Guard> }
  | { readonly allowed: false; readonly grants: readonly Grant[]; readonly error: HeadgateError };

/**
 * Everything that one call touches, decided together: one refusal refuses the call. Where a grant is enough only with a guard,
 * the guard is told, and the call must not be sent without it.
 */
export function decideCall(
  principal: Principal,
  touches: readonly TableTouch[],
  grants: readonly Grant[],
): CallDecision {
  const guards = new Map<Touch, Guard>();
  const requests = touches.map((each) => {
    const { touch, name } = each;
    const request = (classes: readonly OperationClass[]) => ({
      schema: name.schema,
      table: name.table,
      classes: tellsMoreThanTheKey(each) ? [...classes, 'select' as const] : classes,
    });
    const full = request(touch.needs.classes);
    const { guarded } = touch.needs;
    if (guarded === undefined || decide(principal, full, grants).allowed) return full;
    const fewer = request(guarded.classes);
    if (!decide(principal, fewer, grants).allowed) return full;
    guards.set(touch, guarded.guard);
    return fewer;
  });
  const decision = decideAll(principal, requests, grants);
  if (decision.allowed) return { allowed: true, grants: decision.grants, guards };
  const nearest = decision.refusals.flatMap((refusal) => refusal.decision.grant ?? []);
  return { allowed: false, grants: [...new Set(nearest)], error: denied(touches, decision.refusals) };
}

/** Attributes of the key tell only whether the item is there, which every write does. */
function tellsMoreThanTheKey({ touch, facts }: TableTouch): boolean {
  const { attributes, more } = touch.reads;
  const key = [facts?.partitionKey.name, facts?.sortKey?.name];
  return more || [...attributes].some((attribute) => !key.includes(attribute));
}

function denied(touches: readonly TableTouch[], refusals: readonly Refusal[]): HeadgateError {
  const lacks = [...new Set(refusals.map(({ request, decision }) => lackOf(request, decision.missing)))];
  const places = refusals.map(({ request }) =>
    touches.find(({ name }) => name.schema === request.schema && name.table === request.table),
  );
  const isBatch = places.some((place) => place?.touch.place.kind === 'key' && place.touch.at.includes('PutRequest'));
  const onlyUpdate = refusals.every(({ decision }) => decision.missing.join() === 'update');
  const reads =
    refusals.some(({ decision }) => decision.missing.includes('select')) &&
    touches.some(({ touch }) => !touch.needs.classes.includes('select'));
  return new HeadgateError('ACCESS_DENIED', `Not granted: ${lacks.join('; ')}.`, {
    detail: 'All entries of a call must be allowed, so nothing of it was sent.',
    hint: hintOf({ isBatchPut: isBatch && onlyUpdate, reads }),
  });
}

function lackOf({ schema, table }: Refusal['request'], missing: readonly OperationClass[]): string {
  return `${missing.join(' and ')} on ${schema}.${table ?? '*'}`;
}

function hintOf({ isBatchPut, reads }: { readonly isBatchPut: boolean; readonly reads: boolean }): string {
  if (isBatchPut) {
    return 'A put in a batch replaces what is there: use PutItem or TransactWriteItems, to which Headgate can add a condition.';
  }
  return reads
    ? 'Without select, writes may not return values or depend on attributes beyond the key.'
    : 'Ask whoever gives out grants; `headgate why` tells which grants count.';
}
