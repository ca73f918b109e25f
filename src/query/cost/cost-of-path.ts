import type { AccessPath } from '../plan/paths/access-path.js';
import type { Estimate, ReferencePlan } from '../plan/statement-plan.js';
import type { Reference } from '../resolve/reference.js';
import { secondsOf } from './duration.js';
import { dollarsOf, regionOf, standInRegion } from './price-of.js';
import { unitsPerSecond } from './throughput.js';

const NOTHING: Estimate = { readUnits: 0, requests: 0, seconds: 0, dollars: 0 };

/** Requests for keys or ranges that are under way at once. */
const LANES = 8;

/** The pace that reading keeps by itself. */
export interface ReadingPace {
  /** Read units a second that may be spent on a table, and as many on each of its indexes. */
  readonly unitsPerSecond?: ((schema: string, table: string) => number | undefined) | undefined;
}

/**
 * The units and requests of a path with what they take: seconds, dollars where the table is, and the share of the throughput
 * of the table or index; nothing for rows that do not come from DynamoDB. Throughput is metered by the second, so the share is that of one second at least.
 */
export function costOfPath(
  path: AccessPath,
  { readUnits, requests }: Pick<Estimate, 'readUnits' | 'requests'>,
  { source, unitsPerSecond: limitOf }: Pick<Reference, 'source'> & ReadingPace,
): Pick<ReferencePlan, 'estimate' | 'throughputShare'> {
  if (requests === 0 || source.kind !== 'table') return { estimate: NOTHING };
  const { description, schema, name } = source.table;
  const available = unitsPerSecond(description, 'index' in path ? path.index : undefined);
  const limit = limitOf?.(schema, name);
  const pace = limit === undefined || available === undefined ? (limit ?? available) : Math.min(limit, available);
  const seconds = secondsOf({ readUnits, requests }, { lanes: lanesOf(path), unitsPerSecond: pace });
  const standIn = standInRegion(description);
  return {
    estimate: {
      readUnits,
      requests,
      seconds,
      dollars: dollarsOf(readUnits, description),
      ...(standIn === undefined ? {} : { pricesOf: standIn }),
    },
    // What stands in for DynamoDB outside AWS shares nothing with anybody.
    ...(available === undefined || regionOf(description) === undefined
      ? {}
      : { throughputShare: readUnits / Math.max(1, seconds) / available }),
  };
}

/** The sum of what is read one after the other. */
export function sumOfCosts(estimates: readonly Estimate[]): Estimate {
  const sum = (of: (estimate: Estimate) => number) => estimates.reduce((total, each) => total + of(each), 0);
  const standIn = estimates.find(({ pricesOf }) => pricesOf !== undefined)?.pricesOf;
  return {
    readUnits: sum(({ readUnits }) => readUnits),
    requests: sum(({ requests }) => requests),
    seconds: sum(({ seconds }) => seconds),
    dollars: sum(({ dollars }) => dollars),
    ...(standIn === undefined ? {} : { pricesOf: standIn }),
  };
}

function lanesOf(path: AccessPath): number {
  switch (path.kind) {
    case 'keys':
      return LANES;
    case 'query':
      return Math.max(1, Math.min(LANES, path.ranges.length));
    case 'scan':
      return path.segments;
    default:
      return 1;
  }
}
