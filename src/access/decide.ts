import { classesOf, OPERATION_CLASSES, type OperationClass } from './access-code.js';
import type { AccessTarget, Grant } from './grant.js';
import type { Principal } from './principal.js';
import { isVisible } from './visible.js';
import { weighGrants } from './weigh-grants.js';

/** Classes that one call needs, all of them, on one table or on the schema as such. */
export interface AccessRequest extends AccessTarget {
  readonly classes: readonly OperationClass[];
}

export type Decision = Allowed | Refused;

export interface Allowed {
  readonly allowed: true;
  /** What decided: grants that together give all the classes; mostly one. */
  readonly grants: readonly Grant[];
}

export interface Refused {
  readonly allowed: false;
  /** In the order of `OPERATION_CLASSES`; empty only where no class was asked for. */
  readonly missing: readonly OperationClass[];
  /** The grant that gives most of what was asked, else the `none` that takes it away. Not for the eyes of the principal. */
  readonly grant?: Grant;
  /** When false, the answer must be the one for a table, or schema, that does not exist. */
  readonly isVisible: boolean;
}

/** Whether the principal may do all that the request needs. Throws nothing. */
export function decide(principal: Principal, request: AccessRequest, grants: readonly Grant[]): Decision {
  const weighed = weighGrants(principal, request, grants);
  const givers = weighed.filter(({ standing }) => standing === 'gives').map(({ grant }) => grant);
  const isGiven = (one: OperationClass) => givers.some(({ code }) => classesOf(code).includes(one));
  const missing = OPERATION_CLASSES.filter((one) => request.classes.includes(one) && !isGiven(one));
  if (missing.length === 0 && request.classes.length > 0) {
    return { allowed: true, grants: sufficient(request.classes, givers) };
  }
  const nearest = bestFor(request.classes, givers) ?? weighed.find(({ standing }) => standing === 'denies')?.grant;
  return {
    allowed: false,
    missing,
    ...(nearest === undefined ? {} : { grant: nearest }),
    isVisible: isVisible(principal, request, grants),
  };
}

export type JointDecision =
  /** `grants`: what decided over all requests, each once. */
  | { readonly allowed: true; readonly grants: readonly Grant[] }
  | { readonly allowed: false; readonly refusals: readonly Refusal[] };

export interface Refusal {
  readonly request: AccessRequest;
  readonly decision: Refused;
}

/**
 * All requests of one call together: one that is refused refuses the call, and every refusal is told. A call without requests
 * touches no table, so it is allowed.
 */
export function decideAll(
  principal: Principal,
  requests: readonly AccessRequest[],
  grants: readonly Grant[],
): JointDecision {
  const refusals: Refusal[] = [];
  const deciding = new Set<Grant>();
  for (const request of requests) {
    const decision = decide(principal, request, grants);
    if (!decision.allowed) refusals.push({ request, decision });
    else for (const grant of decision.grants) deciding.add(grant);
  }
  return refusals.length > 0 ? { allowed: false, refusals } : { allowed: true, grants: [...deciding] };
}

/** Grants that give all of `classes`, of which the givers together have each. */
function sufficient(classes: readonly OperationClass[], givers: readonly Grant[]): readonly Grant[] {
  const best = bestFor(classes, givers);
  if (best === undefined) return [];
  const rest = classes.filter((one) => !classesOf(best.code).includes(one));
  return rest.length === 0 ? [best] : [best, ...sufficient(rest, givers)];
}

/** The grant that gives most of `classes`; of several the one that is considered first. */
function bestFor(classes: readonly OperationClass[], givers: readonly Grant[]): Grant | undefined {
  const count = ({ code }: Grant) => classesOf(code).filter((one) => classes.includes(one)).length;
  return givers.toSorted((a, b) => count(b) - count(a))[0];
}
