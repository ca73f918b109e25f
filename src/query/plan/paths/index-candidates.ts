import type { IndexDescription } from '../../../dynamodb/table-description.js';
import { ExpressionNames } from '../conditions/expression-names.js';
import { compileFilter } from '../conditions/filter-expression.js';
import { impliedPresent } from '../conditions/sparse-index.js';
import { estimateQuery, estimateScan, withFillIn } from '../estimate/estimate.js';
import { segmentsFor } from '../estimate/segments.js';
import { shareOfPredicates } from '../estimate/selectivity.js';
import { type KeyRange, type KeySchema, keyRanges } from '../keys/key-ranges.js';
import type { FillIn } from './access-path.js';
import { keyUses, predicatesOf, projectedRequest } from './path-parts.js';
import type { Candidate, PathRequest } from './path-request.js';

/**
 * Reading through an index: the queries that its key conditions allow, or all of it where it is smaller than the table. An
 * index that lacks attributes gives the keys of the items, which are then fetched from the table. `obstacles` gains why
 * an index whose partition key is bound cannot serve.
 */
export function indexCandidates(index: IndexDescription, request: PathRequest, obstacles: string[]): Candidate[] {
  const schema: KeySchema = {
    partition: index.partitionKeys.map(({ name }) => name),
    sort: index.sortKeys.map(({ name }) => name),
  };
  const ranges = keyRanges(predicatesOf(request), schema);
  // No item can match: the table's own candidate says the same, or a scan finds nothing.
  if (ranges?.length === 0) return [];
  const fitness = fitnessOf(index, schema, request);
  if ('obstacle' in fitness) {
    if (ranges !== undefined) obstacles.push(`index ${index.name} is not used: ${fitness.obstacle}`);
    return [];
  }
  const context = { index, schema, held: heldAttributes(index, schema, request), ...fitness };
  return ranges === undefined ? [indexScan(request, context)] : [indexQuery(request, ranges, context)];
}

interface IndexContext {
  readonly index: IndexDescription;
  readonly schema: KeySchema;
  /** Undefined when the index holds whole items. */
  readonly held: ReadonlySet<string> | undefined;
  readonly mayLack?: string;
}

function indexQuery(request: PathRequest, ranges: readonly KeyRange[], context: IndexContext): Candidate {
  const { index, schema } = context;
  const keys = new Set([...schema.partition, ...schema.sort]);
  const { filter, complete, common, fillIn, kept } = indexRequest(request, context, (attribute) => keys.has(attribute));
  const uses = keyUses(request, schema, ranges);
  const estimate = estimateQuery(request.table, index, ranges, request);
  return {
    path: { kind: 'query', index, ranges, filter, common, ...(fillIn === undefined ? {} : { fillIn }) },
    estimate: fillIn === undefined ? estimate : withFillIn(estimate, request, { kept }),
    uses: uses.map((use, i) => (use === 'none' && complete[i] === true ? 'filter' : use)),
    ...remarks(context),
  };
}

function indexScan(request: PathRequest, context: IndexContext): Candidate {
  const { index } = context;
  const { filter, complete, common, fillIn, kept } = indexRequest(request, context, () => false);
  const estimate = estimateScan(request.table, index, request.consistentRead);
  return {
    path: {
      kind: 'scan',
      index,
      segments: segmentsFor(estimate),
      filter,
      common,
      ...(fillIn === undefined ? {} : { fillIn }),
    },
    estimate: fillIn === undefined ? estimate : withFillIn(estimate, request, { kept }),
    uses: complete.map((each) => (each ? 'filter' : 'none')),
    ...remarks(context),
  };
}

function remarks({ mayLack }: IndexContext): Pick<Candidate, 'notes' | 'mayLack'> {
  return mayLack === undefined ? { notes: [] } : { notes: [], mayLack };
}

/** The index is asked for what it holds; where that is not all, for keys alone, and the table for the items. */
function indexRequest(
  request: PathRequest,
  { held, schema }: IndexContext,
  isKey: (attribute: string) => boolean,
): Pick<ReturnType<typeof compileFilter>, 'filter' | 'complete'> & {
  readonly common: ReturnType<typeof projectedRequest>;
  readonly fillIn: FillIn | undefined;
  /** Share of the entries that the filter is expected to let through. */
  readonly kept: number;
} {
  const names = ExpressionNames.empty();
  const isExcluded = (attribute: string) => isKey(attribute) || held?.has(attribute) === false;
  const { filter, complete } = compileFilter(predicatesOf(request), isExcluded, names);
  const filtered = predicatesOf(request).filter((_, i) => complete[i] === true);
  const kept = shareOfPredicates(request.table, filtered, new Set([...schema.partition, ...schema.sort]));
  const isCovered =
    held === undefined || (request.attributes !== undefined && [...request.attributes].every((each) => held.has(each)));
  if (isCovered) {
    return { filter, complete, common: projectedRequest(request, request.attributes, names), fillIn: undefined, kept };
  }
  const { partitionKey, sortKey } = request.table.description;
  // The sort key of the index tells where rows of the same rank end.
  const keys = new Set([partitionKey.name, ...(sortKey === undefined ? [] : [sortKey.name]), ...schema.sort]);
  const fillIn = { common: projectedRequest(request, request.attributes, ExpressionNames.empty()) };
  return { filter, complete, common: projectedRequest(request, keys, names), fillIn, kept };
}

/** Why an index cannot serve, or which attribute its items have for sure and wanted ones may lack. */
function fitnessOf(
  index: IndexDescription,
  schema: KeySchema,
  request: PathRequest,
): { readonly obstacle: string } | { readonly mayLack?: string } {
  if (!index.usable) return { obstacle: 'it is not active, or still being filled' };
  if (request.consistentRead && index.kind === 'global') return { obstacle: 'a global index has no consistent reads' };
  const { goal } = request;
  const present = impliedPresent(predicatesOf(request), request.table.description);
  const first = goal?.kind === 'rows' ? goal.order[0] : undefined;
  const [lacking, another] = [...schema.partition, ...schema.sort].filter(
    (attribute) =>
      !present.has(attribute) && !(attribute === first?.attribute && goal?.kind === 'rows' && goal.ignoresMissing),
  );
  if (lacking === undefined) return {};
  if (another === undefined && lacking === first?.attribute && !first.missingFirst) return { mayLack: lacking };
  return {
    obstacle: `it leaves out items without ${lacking}, which the statement may want (add "${lacking} IS NOT NULL" if not)`,
  };
}

function heldAttributes(
  index: IndexDescription,
  schema: KeySchema,
  { table }: PathRequest,
): ReadonlySet<string> | undefined {
  if (index.projection.kind === 'all') return undefined;
  const { partitionKey, sortKey } = table.description;
  const held = new Set([...schema.partition, ...schema.sort, partitionKey.name]);
  if (sortKey !== undefined) held.add(sortKey.name);
  if (index.projection.kind === 'include') for (const attribute of index.projection.attributes) held.add(attribute);
  return held;
}
