import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How late a timer of the event loop was while work was done, in milliseconds. */
export interface Delays {
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
  /** The longest one without the time in which the event loop could have run and had no processor. */
  readonly heldUp: number;
}

const PROBE_MS = 1;

/**
 * Delays of a timer that shall go off every millisecond. Other processes may keep the event loop from running as well as its
 * own work; `heldUp` is of the latter alone where the system tells, which is on Linux. (A garbage collection that waits for
 * helper threads which have no processor still counts.)
 */
export async function delaysOf(work: () => Promise<void>): Promise<Delays> {
  const monitor = monitorEventLoopDelay({ resolution: PROBE_MS });
  monitor.enable();
  const stop = watchHeldUp();
  try {
    await work();
  } finally {
    monitor.disable();
  }
  const beyond = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - PROBE_MS);
  return {
    p50: beyond(monitor.percentile(50)),
    p99: beyond(monitor.percentile(99)),
    longest: beyond(monitor.max),
    heldUp: stop(),
  };
}

function watchHeldUp(): () => number {
  let longest = 0;
  let askedAt = performance.now();
  let waitedMs = waitedForProcessorMs();
  const probe = () => {
    const now = performance.now();
    const waited = waitedForProcessorMs();
    longest = Math.max(longest, now - askedAt - PROBE_MS - (waited - waitedMs));
    askedAt = now;
    waitedMs = waited;
    timer = setTimeout(probe, PROBE_MS);
  };
  let timer = setTimeout(probe, PROBE_MS);
  return () => {
    clearTimeout(timer);
    return longest;
  };
}

/** How long this thread could have run but had no processor since it began; 0 where the system does not tell. */
function waitedForProcessorMs(): number {
  try {
    const [, waitedNs = '0'] = readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ');
    return Number(waitedNs) / 1e6;
  } catch {
    return 0;
  }
}
