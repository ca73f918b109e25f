/** What was compared so far: numbers that tell whether the comparison means something. */
export interface Tally {
  statements: number;
  withRows: number;
  errors: number;
  /** Statements that only the reading of everything made fail, on a value that pushdown spared them. */
  sparedErrors: number;
  /** Statements read through a misbehaving proxy. */
  faulted: number;
  /** Statements that failed of faults which last. */
  faultErrors: number;
  /** Access paths, and how many table references were read by each. */
  readonly paths: Map<string, number>;
}

export function emptyTally(): Tally {
  return { statements: 0, withRows: 0, errors: 0, sparedErrors: 0, faulted: 0, faultErrors: 0, paths: new Map() };
}

export function addTally(total: Tally, more: Tally): void {
  total.statements += more.statements;
  total.withRows += more.withRows;
  total.errors += more.errors;
  total.sparedErrors += more.sparedErrors;
  total.faulted += more.faulted;
  total.faultErrors += more.faultErrors;
  for (const [path, count] of more.paths) total.paths.set(path, (total.paths.get(path) ?? 0) + count);
}

export function tallyText(tally: Tally): string {
  const paths = [...tally.paths].sort(([, a], [, b]) => b - a).map(([path, count]) => `${path} ${count}`);
  return [
    `${tally.statements} statements, ${tally.withRows} with rows, ${tally.errors} refused by all`,
    `${tally.sparedErrors} spared an error by pushdown`,
    `${tally.faulted} with faults, ${tally.faultErrors} failed of faults that last`,
    `paths: ${paths.join(', ')}`,
  ].join('; ');
}
