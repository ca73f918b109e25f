import type { CatalogTable } from '../../catalog/model.js';
import type { IndexDescription } from '../../dynamodb/table-description.js';
import type { Key } from '../../dynamodb/table-reader.js';
import type { AccessPath, CommonRequest } from './access-path.js';
import { estimateKeys, estimateQuery, estimateScan, type PathEstimate } from './estimate.js';
import { ExpressionNames } from './expression-names.js';
import { compileFilter } from './filter-expression.js';
import { pointValue } from './interval.js';
import { areBound, type KeyRange, type KeySchema, keyRanges } from './key-ranges.js';
import type { Predicate } from './predicate.js';
import { impliedPresent } from './sparse-index.js';

/** What the statement wants of one table reference. */
export interface PathRequest {
  readonly table: CatalogTable;
  readonly predicates: readonly Predicate[];
  /** Attributes whose values are needed; undefined for the whole item. */
  readonly attributes: ReadonlySet<string> | undefined;
  /** False fetches no attributes at all: the items are only counted. */
  readonly project: boolean;
  readonly consistentRead: boolean;
}

export interface ChosenPath {
  readonly path: AccessPath;
  readonly estimate: PathEstimate;
  /** Per predicate: what the path makes of it. */
  readonly uses: readonly ('key' | 'filter' | 'none')[];
  /** Why indexes that come to mind were not used. */
  readonly notes: readonly string[];
}

interface Candidate {
  readonly estimate: PathEstimate;
  readonly build: () => ChosenPath;
}

/** The cheapest path that reads every item the predicates can be true for. Ties go to fewer requests, then to the table. */
export function choosePath(request: PathRequest): ChosenPath {
  const notes: string[] = [];
  const candidates = [
    tableCandidate(request),
    ...request.table.description.indexes.map((index) => indexCandidate(index, request, notes)),
  ].filter((candidate) => candidate !== undefined);
  const best = [...candidates, scanCandidate(request)].reduce((a, b) => (isCheaper(b.estimate, a.estimate) ? b : a));
  const chosen = best.build();
  return { ...chosen, notes: chosen.path.kind === 'scan' ? notes : [] };
}

function isCheaper(a: PathEstimate, b: PathEstimate): boolean {
  return a.readUnits !== b.readUnits ? a.readUnits < b.readUnits : a.requests < b.requests;
}

function tableCandidate(request: PathRequest): Candidate | undefined {
  const { description } = request.table;
  const schema: KeySchema = {
    partition: [description.partitionKey.name],
    sort: description.sortKey === undefined ? [] : [description.sortKey.name],
  };
  const ranges = keyRanges(request.predicates, schema);
  if (ranges === undefined) return undefined;
  if (ranges.length === 0) return nothing(request);
  const keys = wholeKeys(ranges, schema);
  if (keys === undefined) return queryCandidate(request, ranges, schema, undefined);
  const estimate = estimateKeys(request.table, keys.length, request.consistentRead);
  return {
    estimate,
    build: () => ({
      path: { kind: 'keys', keys, common: commonRequest(request, ExpressionNames.empty()) },
      estimate,
      uses: keyUses(request, schema, ranges),
      notes: [],
    }),
  };
}

function nothing(request: PathRequest): Candidate {
  const estimate = { readUnits: 0, requests: 0, items: 0 };
  return {
    estimate,
    build: () => ({ path: { kind: 'none' }, estimate, uses: request.predicates.map(() => 'key'), notes: [] }),
  };
}

function indexCandidate(index: IndexDescription, request: PathRequest, notes: string[]): Candidate | undefined {
  const schema: KeySchema = {
    partition: index.partitionKeys.map(({ name }) => name),
    sort: index.sortKeys.map(({ name }) => name),
  };
  const ranges = keyRanges(request.predicates, schema);
  if (ranges === undefined || ranges.length === 0) return undefined;
  const obstacle = indexObstacle(index, schema, request);
  if (obstacle !== undefined) {
    notes.push(`index ${index.name} is not used: ${obstacle}`);
    return undefined;
  }
  return queryCandidate(request, ranges, schema, index);
}

/** Why an index whose partition key is bound cannot serve; undefined when it can. */
function indexObstacle(index: IndexDescription, schema: KeySchema, request: PathRequest): string | undefined {
  if (!index.usable) return 'it is not active, or still being filled';
  if (request.consistentRead && index.kind === 'global') return 'a global index has no consistent reads';
  const present = impliedPresent(request.predicates, request.table.description);
  const maybeMissing = [...schema.partition, ...schema.sort].find((attribute) => !present.has(attribute));
  if (maybeMissing !== undefined) {
    return `it leaves out items without ${maybeMissing}, which the statement may want (add "${maybeMissing} IS NOT NULL" if not)`;
  }
  const missing = missingAttribute(index, schema, request);
  return missing === undefined ? undefined : `it does not hold ${missing}`;
}

function missingAttribute(
  index: IndexDescription,
  schema: KeySchema,
  { attributes, table }: PathRequest,
): string | undefined {
  if (index.projection.kind === 'all') return undefined;
  if (attributes === undefined) return 'the whole item';
  const { partitionKey, sortKey } = table.description;
  const held = new Set([...schema.partition, ...schema.sort, partitionKey.name]);
  if (sortKey !== undefined) held.add(sortKey.name);
  if (index.projection.kind === 'include') for (const attribute of index.projection.attributes) held.add(attribute);
  return [...attributes].find((attribute) => !held.has(attribute));
}

function queryCandidate(
  request: PathRequest,
  ranges: readonly KeyRange[],
  schema: KeySchema,
  index: IndexDescription | undefined,
): Candidate {
  const estimate = estimateQuery(request.table, index, ranges, { consistentRead: request.consistentRead });
  return {
    estimate,
    build: () => {
      const names = ExpressionNames.empty();
      const keys = new Set([...schema.partition, ...schema.sort]);
      const { filter, complete } = compileFilter(request.predicates, keys, names);
      const key = keyUses(request, schema, ranges);
      return {
        path: { kind: 'query', index, ranges, filter, common: commonRequest(request, names) },
        estimate,
        uses: key.map((use, i) => (use === 'key' ? use : complete[i] === true ? 'filter' : 'none')),
        notes: [],
      };
    },
  };
}

function scanCandidate(request: PathRequest): Candidate {
  const estimate = estimateScan(request.table, request.consistentRead);
  return {
    estimate,
    build: () => {
      const names = ExpressionNames.empty();
      const { filter, complete } = compileFilter(request.predicates, new Set(), names);
      return {
        path: { kind: 'scan', index: undefined, segments: 1, filter, common: commonRequest(request, names) },
        estimate,
        uses: complete.map((each) => (each ? 'filter' : 'none')),
        notes: [],
      };
    },
  };
}

/** Names in a ProjectionExpression; more of them would not fit into 4 KB (dynamodb-numbers.md 5). */
const MAX_PROJECTED = 400;

function commonRequest(request: PathRequest, names: ExpressionNames): CommonRequest {
  const { table, attributes, project, consistentRead } = request;
  const isProjected = project && attributes !== undefined && attributes.size <= MAX_PROJECTED;
  const projected = isProjected ? [...attributes] : undefined;
  // A row is wanted even where none of its values are (COUNT): the partition key stands for it.
  const listed = projected?.length === 0 ? [table.description.partitionKey.name] : projected;
  return {
    tableName: table.name,
    projectionExpression: listed?.map((attribute) => names.name(attribute)).join(', '),
    names,
    consistentRead,
  };
}

/** Whole keys, when every range is a single one. */
function wholeKeys(ranges: readonly KeyRange[], schema: KeySchema): Key[] | undefined {
  const [partition = '', sort] = [...schema.partition, ...schema.sort];
  const keys = ranges.map(({ partition: [value], interval }): Key | undefined => {
    if (value === undefined) return undefined;
    if (sort === undefined) return { [partition]: value };
    const sortValue = pointValue(interval);
    return sortValue === undefined ? undefined : { [partition]: value, [sort]: sortValue };
  });
  return keys.every((key) => key !== undefined) ? keys : undefined;
}

/** A predicate is used as a key when the ranges hold just the items it is true of. */
function keyUses({ predicates }: PathRequest, schema: KeySchema, ranges: readonly KeyRange[]): ('key' | 'none')[] {
  const { partition, sort } = schema;
  // Sort attributes after the first one that has a range are reached by no condition.
  const depth = Math.min(...ranges.map(({ sortEquals }) => sortEquals.length));
  const conditioned = { partition, sort: sort.slice(0, depth + 1) };
  return areBound(predicates, conditioned, new Set([...partition, ...sort])).map((each) => (each ? 'key' : 'none'));
}
