import type { IndexDescription, TableDescription } from '../../../dynamodb/table-description.js';
import type { Key } from '../../../dynamodb/table-reader.js';
import type { ExpressionNames } from '../conditions/expression-names.js';
import type { CompiledFilter } from '../conditions/filter-expression.js';
import type { KeyRange, KeySchema } from '../keys/key-ranges.js';

/** How one table reference is read. A small frozen value: all that `fetch/` needs. */
export type AccessPath =
  /** No item can match, or the plan does not need the reference. */
  | { readonly kind: 'none' }
  /** Rows of information_schema, which are there already. */
  | { readonly kind: 'catalog' }
  /** Whole keys: one is a GetItem, more are BatchGetItem calls of up to 100. No two are the same. */
  | { readonly kind: 'keys'; readonly keys: readonly Key[]; readonly common: CommonRequest }
  /** One Query per range, in pages; of the table or of an index. */
  | {
      readonly kind: 'query';
      readonly index: IndexDescription | undefined;
      readonly ranges: readonly KeyRange[];
      readonly filter: CompiledFilter | undefined;
      readonly common: CommonRequest;
      readonly fillIn?: FillIn;
      readonly stop?: Stop;
      /** Only the number of items is asked for. */
      readonly countOnly?: boolean;
    }
  /** All of the table or of an index, by so many segments at once. */
  | {
      readonly kind: 'scan';
      readonly index: IndexDescription | undefined;
      readonly segments: number;
      readonly filter: CompiledFilter | undefined;
      readonly common: CommonRequest;
      readonly fillIn?: FillIn;
      readonly stop?: Stop;
      readonly countOnly?: boolean;
    };

/**
 * The index gives nothing but the table's keys, and the items are fetched by these with BatchGetItem: an index holds an
 * item once, but one that moves while it is read can be seen twice, and is fetched once.
 */
export interface FillIn {
  readonly common: CommonRequest;
}

/** Reading ends early: after this many items of each range, walked by ascending or descending sort key. */
export interface Stop {
  readonly rows: number;
  readonly backward: boolean;
  /** Reading goes on past these rows while this sort-key attribute has the same value: what is asked for orders them further. */
  readonly ties?: string;
}

/** What all requests of a path share. */
export interface CommonRequest {
  readonly tableName: string;
  readonly projectionExpression: string | undefined;
  /** Placeholders of the projection and the filter; each range adds those of its key condition to a fork. */
  readonly names: ExpressionNames;
  readonly consistentRead: boolean;
}

/** The key attributes that a query's conditions are about. */
export function keySchema(
  { index }: Pick<AccessPath & { readonly kind: 'query' }, 'index'>,
  description: TableDescription,
): KeySchema {
  if (index !== undefined) {
    return { partition: index.partitionKeys.map(({ name }) => name), sort: index.sortKeys.map(({ name }) => name) };
  }
  const { partitionKey, sortKey } = description;
  return { partition: [partitionKey.name], sort: sortKey === undefined ? [] : [sortKey.name] };
}
