import { createHash } from 'node:crypto';
import type { Fault, ProxiedRequest } from './fault-proxy.js';

/** Faults chosen by a seed: the same request meets the same faults, in whatever order the requests come. */
export interface FaultPlan {
  readonly seed: number;
  /** Of 100 requests, so many fail at first. */
  readonly percent: number;
  /** Whether some of them never succeed, so that an error is a right answer too. */
  readonly lasting: boolean;
}

/** How often a request fails in a row, where faults pass: less often than it is tried. */
const STRIKES = [1, 1, 1, 1, 1, 1, 1, 2, 2, 3] as const;

/** What a plan makes of each request. Counts attempts, so there is one for each statement. */
export function plannedFaults({ seed, percent, lasting }: FaultPlan): (request: ProxiedRequest) => Fault | undefined {
  const attempts = new Map<string, number>();
  return ({ operation, body }) => {
    const name = createHash('sha1').update(`${seed}\n${operation}\n`).update(body).digest();
    const attempt = attempts.get(name.toString('hex')) ?? 0;
    attempts.set(name.toString('hex'), attempt + 1);
    // The bytes of the hash are the dice: one for each decision.
    const dice = (at: number, sides: number) => name.readUInt16BE(at) % sides;
    // There are few batches, and the most that can go wrong with them.
    const isBatch = operation === 'BatchGetItem';
    if (dice(0, 100) >= (isBatch ? 2 * percent : percent)) return undefined;
    if (lasting) return LASTING[dice(2, LASTING.length)];
    if (attempt >= (STRIKES[dice(4, STRIKES.length)] ?? 1)) return undefined;
    const faults = isBatch && dice(8, 3) > 0 ? UNPROCESSED : PASSING;
    return faults[(dice(6, 1000) + attempt) % faults.length];
  };
}

/** Throttling is the rarest of them, because waiting for its end takes the longest. */
const PASSING: readonly Fault[] = [
  { kind: 'reset' },
  { kind: 'error', name: 'InternalServerError', status: 500 },
  { kind: 'cut', as: 'broken' },
  { kind: 'delay', ms: 5 },
  { kind: 'cut', as: 'damaged' },
  { kind: 'error', name: 'ServiceUnavailable', status: 503 },
  { kind: 'delay', ms: 30 },
  { kind: 'reset' },
  { kind: 'error', name: 'ProvisionedThroughputExceededException' },
  { kind: 'cut', as: 'broken' },
];

const UNPROCESSED: readonly Fault[] = [
  { kind: 'unprocessed', served: 1 },
  { kind: 'unprocessed', served: 0 },
  { kind: 'unprocessed', served: 3 },
  { kind: 'unprocessed', served: 0 },
];

const LASTING: readonly Fault[] = [
  { kind: 'error', name: 'ExpiredTokenException' },
  { kind: 'error', name: 'AccessDeniedException' },
  { kind: 'error', name: 'InternalServerError', status: 500 },
  { kind: 'cut', as: 'complete' },
  { kind: 'reset' },
];

/** The codes of the errors that are clear about a lasting fault. */
export const FAULT_CODES: ReadonlySet<string> = new Set([
  'CREDENTIALS_REJECTED',
  'AWS_ACCESS_DENIED',
  'DYNAMODB_FAILED',
  'DYNAMODB_THROTTLED',
  'ENDPOINT_UNREACHABLE',
]);
