import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import type { Machine } from './benchmark-result.js';

/** The machine this runs on, as far as it matters for times. */
export function describeMachine(): Machine {
  return {
    processor: cpus()[0]?.model.trim() || 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    load: Number((loadavg()[0] ?? 0).toFixed(1)),
  };
}
