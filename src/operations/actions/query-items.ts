import { z } from 'zod';
import type { KeyAttribute } from '../../dynamodb/table-description.js';
import { invalid } from '../refuse.js';
import { action } from './action.js';
import { keyValue, queriedKeys } from './action-keys.js';
import {
  conditions,
  expressionParts,
  index,
  projection,
  reading,
  rows,
  type SortCondition,
  schema,
  sortCondition,
  table,
  value,
} from './action-words.js';
import { ExpressionBuilder } from './expression-builder.js';
import { projected, readRows } from './read-rows.js';

export const queryItems = action({
  name: 'queryItems',
  description: 'Reads the items of one partition key, of a table or an index, in the order of the sort key.',
  input: z.strictObject({
    schema,
    table,
    index,
    partitionKey: value.describe('The value of the partition key; a list of values for an index with several.'),
    sortKey: z
      .union([sortCondition, z.array(sortCondition)])
      .optional()
      .describe('A condition on the sort key; a list of them, in order, for an index with several.'),
    filter: conditions,
    filterExpression: z.string().optional(),
    ...expressionParts,
    projection,
    order: z.enum(['ascending', 'descending']).default('ascending'),
    ...reading,
  }),
  output: rows,
  async run(input, tools) {
    const keys = queriedKeys(await tools.factsOf(input.table), input.index);
    const expressions = new ExpressionBuilder(input);
    const sort = Array.isArray(input.sortKey) ? input.sortKey : input.sortKey === undefined ? [] : [input.sortKey];
    if (sort.length > keys.sort.length) throw invalid('sortKey', `there are ${keys.sort.length} sort keys`);
    const keyCondition = [
      ...partitionValues(input.partitionKey, keys.partition).map(
        ([key, each, at]) => `${expressions.path([key.name])} = ${expressions.value(keyValue(each, key, at))}`,
      ),
      ...sort.flatMap((each, place) =>
        sortConditionOf(each, keys.sort[place], { expressions, at: `sortKey[${place}]` }),
      ),
    ].join(' AND ');
    const filter = expressions.all(input.filter, input.filterExpression, 'filter');
    const body = {
      TableName: input.table,
      ...(input.index === undefined ? {} : { IndexName: input.index }),
      KeyConditionExpression: keyCondition,
      ...(filter === undefined ? {} : { FilterExpression: filter }),
      ...projected(input.projection, expressions),
      ...expressions.members(),
      ScanIndexForward: input.order === 'ascending',
    };
    return readRows('Query', { body, reading: input }, tools);
  },
});

function partitionValues(
  given: unknown,
  keys: readonly KeyAttribute[],
): readonly (readonly [KeyAttribute, unknown, string])[] {
  const [only, ...others] = keys;
  if (only !== undefined && others.length === 0) return [[only, given, 'partitionKey']];
  if (!Array.isArray(given) || given.length !== keys.length) {
    throw invalid(
      'partitionKey',
      `expected a list of ${keys.length} values: of ${keys.map(({ name }) => name).join(', ')}`,
    );
  }
  return keys.map((key, place) => [key, given[place], `partitionKey[${place}]`]);
}

function sortConditionOf(
  { operator, value: given, to }: SortCondition,
  key: KeyAttribute | undefined,
  { expressions, at }: { readonly expressions: ExpressionBuilder; readonly at: string },
): readonly string[] {
  if (key === undefined) return [];
  // Written as its own attribute values, so that the condition keeps the type of the key.
  const typed = (plain: unknown, place: string) => ({
    type: key.type,
    value: Object.values(keyValue(plain, key, place))[0],
  });
  if (operator === 'between' && to === undefined) throw invalid(`${at}.to`, 'it is missing');
  const condition = {
    attribute: [key.name],
    operator,
    value: typed(given, `${at}.value`),
    ...(to === undefined ? {} : { to: typed(to, `${at}.to`) }),
  };
  return [expressions.condition(condition, at)];
}
