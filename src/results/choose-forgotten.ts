import type { Execution } from './execution.js';

/** Bytes that an execution takes besides its rows, about. */
const EXECUTION_BYTES = 4096;

/**
 * Which of these is to be forgotten when there is no room: the one that was not used for longest, of the owner whose
 * results take most, so that who takes much pays for it. Undefined when there is none.
 */
export function chooseForgotten(executions: readonly Execution[]): Execution | undefined {
  const weights = new Map<string, number>();
  for (const execution of executions) {
    weights.set(execution.owner, (weights.get(execution.owner) ?? 0) + weightOf(execution));
  }
  const [heaviest] = [...weights].sort((a, b) => b[1] - a[1])[0] ?? [];
  return executions.filter(({ owner }) => owner === heaviest).sort((a, b) => a.lastUsedAt - b.lastUsedAt)[0];
}

function weightOf({ rows }: Execution): number {
  return EXECUTION_BYTES + (rows?.sizeBytes ?? 0);
}
