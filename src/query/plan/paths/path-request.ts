import type { CatalogTable } from '../../../catalog/model.js';
import type { Translated } from '../conditions/predicate.js';
import type { PathEstimate } from '../estimate/estimate.js';
import type { AccessPath } from './access-path.js';
import type { Goal } from './goal.js';

/** What the statement wants of one table reference. */
export interface PathRequest {
  readonly table: CatalogTable;
  readonly conditions: readonly Translated[];
  /** Nothing but these conditions decides which items count: none is left to DuckDB alone. */
  readonly isComplete: boolean;
  /** Attributes whose values are needed; undefined for the whole item. */
  readonly attributes: ReadonlySet<string> | undefined;
  readonly goal: Goal | undefined;
  readonly consistentRead: boolean;
}

/** What a path makes of a condition. */
export type Use = 'key' | 'filter' | 'none';

/** One way to read what is wanted. */
export interface Candidate {
  readonly path: AccessPath;
  readonly estimate: PathEstimate;
  /** Per condition. */
  readonly uses: readonly Use[];
  readonly notes: readonly string[];
  /**
   * The index leaves out items without this attribute, which come last in the order that is asked for: it will do when it
   * has as many rows as are wanted.
   */
  readonly mayLack?: string;
}
