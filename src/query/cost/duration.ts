import { PARTITION_UNITS_PER_SECOND } from './throughput.js';

/**
 * From a request to the first byte of its answer. Assumed, for a client in the same region: AWS publishes no figures
 * (dynamodb-numbers.md 14). The rest of a request's time is that of its units.
 */
const ROUND_TRIP_SECONDS = 0.005;

/**
 * Seconds that reading takes: one round trip after the other in each of the lanes, and the units at the rate that the
 * partitions and the table allow. Each lane reads one partition at a time (dynamodb-numbers.md 7).
 */
export function secondsOf(
  { readUnits, requests }: { readonly readUnits: number; readonly requests: number },
  { lanes, unitsPerSecond }: { readonly lanes: number; readonly unitsPerSecond: number | undefined },
): number {
  const rate = Math.min(lanes * PARTITION_UNITS_PER_SECOND, unitsPerSecond ?? Number.POSITIVE_INFINITY);
  return Math.ceil(requests / lanes) * ROUND_TRIP_SECONDS + readUnits / rate;
}
