/** What a benchmark found. */
export interface BenchmarkResult {
  readonly figures: readonly Figure[];
  /** The raw numbers behind the figures. */
  readonly table: ResultTable;
}

/** One number that may be held against a goal. */
export interface Figure {
  readonly label: string;
  readonly value: number;
  /** `x` for a ratio, otherwise what it counts: `ms`, `MB/s`, `units`. */
  readonly unit: string;
  readonly goal?: { readonly atMost: number } | { readonly atLeast: number };
}

export interface ResultTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** A result as it is kept in `results.ndjson`. */
export interface KeptResult extends BenchmarkResult {
  readonly name: string;
  readonly title: string;
  readonly sizes: 'quick' | 'full';
  readonly machine: Machine;
  readonly seconds: number;
}

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly node: string;
  /** Processes that wanted a core in the last minute when the benchmark began: above 0 others worked too. */
  readonly load: number;
}

export function meetsGoal({ value, goal }: Figure): boolean | undefined {
  if (goal === undefined) return undefined;
  return 'atMost' in goal ? value <= goal.atMost : value >= goal.atLeast;
}
