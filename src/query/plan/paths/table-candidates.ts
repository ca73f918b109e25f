import type { Key } from '../../../dynamodb/table-reader.js';
import { ExpressionNames } from '../conditions/expression-names.js';
import { compileFilter } from '../conditions/filter-expression.js';
import { estimateKeys, estimateQuery, estimateScan, NOTHING } from '../estimate/estimate.js';
import { segmentsFor } from '../estimate/segments.js';
import { pointValue } from '../keys/interval.js';
import { type KeyRange, type KeySchema, keyRanges } from '../keys/key-ranges.js';
import { keyUses, predicatesOf, projectedRequest } from './path-parts.js';
import type { Candidate, PathRequest } from './path-request.js';

/** Reading by the table's own key; undefined when the conditions do not bind its partition key. */
export function tableCandidate(request: PathRequest): Candidate | undefined {
  const { description } = request.table;
  const schema: KeySchema = {
    partition: [description.partitionKey.name],
    sort: description.sortKey === undefined ? [] : [description.sortKey.name],
  };
  const ranges = keyRanges(predicatesOf(request), schema);
  if (ranges === undefined) return undefined;
  if (ranges.length === 0) {
    return { path: { kind: 'none' }, estimate: NOTHING, uses: request.conditions.map(() => 'key'), notes: [] };
  }
  const keys = wholeKeys(ranges, schema);
  if (keys === undefined) return tableQuery(request, ranges, schema);
  return {
    path: { kind: 'keys', keys, common: projectedRequest(request, request.attributes, ExpressionNames.empty()) },
    estimate: estimateKeys(request.table, keys.length, request.consistentRead),
    uses: keyUses(request, schema, ranges),
    notes: [],
  };
}

function tableQuery(request: PathRequest, ranges: readonly KeyRange[], schema: KeySchema): Candidate {
  const names = ExpressionNames.empty();
  const keys = new Set([...schema.partition, ...schema.sort]);
  const { filter, complete } = compileFilter(predicatesOf(request), (attribute) => keys.has(attribute), names);
  const uses = keyUses(request, schema, ranges);
  const common = projectedRequest(request, request.attributes, names);
  return {
    path: { kind: 'query', index: undefined, ranges, filter, common },
    estimate: estimateQuery(request.table, undefined, ranges, request),
    uses: uses.map((use, i) => (use === 'none' && complete[i] === true ? 'filter' : use)),
    notes: [],
  };
}

/** Reading all of the table: what is always possible. */
export function tableScan(request: PathRequest): Candidate {
  const names = ExpressionNames.empty();
  const { filter, complete } = compileFilter(predicatesOf(request), () => false, names);
  const estimate = estimateScan(request.table, undefined, request.consistentRead);
  const common = projectedRequest(request, request.attributes, names);
  return {
    path: { kind: 'scan', index: undefined, segments: segmentsFor(estimate), filter, common },
    estimate,
    uses: complete.map((each) => (each ? 'filter' : 'none')),
    notes: [],
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
