import { z } from 'zod';
import { member } from '../request/json-value.js';
import { action } from './action.js';
import { keyOf } from './action-keys.js';
import { item, key, projection, schema, table } from './action-words.js';
import { ExpressionBuilder } from './expression-builder.js';
import { plainRow, projected } from './read-rows.js';

export const getItem = action({
  name: 'getItem',
  description: 'Reads one item by its key.',
  input: z.strictObject({ schema, table, ...key, projection, consistent: z.boolean().optional() }),
  output: z.strictObject({ found: z.boolean(), item: item.optional() }),
  async run(input, tools) {
    const expressions = new ExpressionBuilder();
    const answer = await tools.call('GetItem', {
      TableName: input.table,
      Key: keyOf(input, await tools.factsOf(input.table)),
      ...projected(input.projection, expressions),
      ...expressions.members(),
      ...(input.consistent === undefined ? {} : { ConsistentRead: input.consistent }),
    });
    const found = member(answer, 'Item');
    return found === undefined ? { found: false } : { found: true, item: plainRow(found) };
  },
});
