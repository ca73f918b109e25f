import type { ExpressionNames } from '../conditions/expression-names.js';
import type { Predicate } from '../conditions/predicate.js';
import { areBound, type KeyRange, type KeySchema } from '../keys/key-ranges.js';
import type { CommonRequest } from './access-path.js';
import type { PathRequest, Use } from './path-request.js';

export function predicatesOf({ conditions }: Pick<PathRequest, 'conditions'>): Predicate[] {
  return conditions.map(({ predicate }) => predicate);
}

/** A condition is used as a key when the ranges hold just the items it is true of. */
export function keyUses(request: PathRequest, schema: KeySchema, ranges: readonly KeyRange[]): Use[] {
  const { partition, sort } = schema;
  // Sort attributes after the first one that has a range are reached by no condition.
  const depth = Math.min(...ranges.map(({ sortEquals }) => sortEquals.length));
  const conditioned = { partition, sort: sort.slice(0, depth + 1) };
  const bound = areBound(predicatesOf(request), conditioned, new Set([...partition, ...sort]));
  return bound.map((each) => (each ? 'key' : 'none'));
}

/** Names in a ProjectionExpression; more of them would not fit into 4 KB (dynamodb-numbers.md 5). */
const MAX_PROJECTED = 400;

/** What all requests of a path share; `attributes` undefined asks for whole items. */
export function projectedRequest(
  { table, goal, consistentRead }: PathRequest,
  attributes: ReadonlySet<string> | undefined,
  names: ExpressionNames,
): CommonRequest {
  // Select=COUNT takes no projection.
  const isProjected = goal?.kind !== 'count' && attributes !== undefined && attributes.size <= MAX_PROJECTED;
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
