import { z } from 'zod';
import { member } from '../request/json-value.js';
import { action } from './action.js';
import { keyOf } from './action-keys.js';
import { conditions, expressionParts, item, key, schema, table } from './action-words.js';
import { ExpressionBuilder } from './expression-builder.js';
import { plainRow } from './read-rows.js';

export const deleteItem = action({
  name: 'deleteItem',
  description: 'Deletes one item by its key; it is no error where there is none.',
  input: z.strictObject({
    schema,
    table,
    ...key,
    condition: conditions,
    conditionExpression: z.string().optional(),
    ...expressionParts,
    returnOld: z.boolean().default(false).describe('Whether to give out the item that was deleted.'),
  }),
  output: z.strictObject({ deleted: z.literal(true), item: item.optional() }),
  async run(input, tools) {
    const expressions = new ExpressionBuilder(input);
    const condition = expressions.all(input.condition, input.conditionExpression, 'condition');
    const answer = await tools.call('DeleteItem', {
      TableName: input.table,
      Key: keyOf(input, await tools.factsOf(input.table)),
      ...(condition === undefined ? {} : { ConditionExpression: condition }),
      ...expressions.members(),
      ...(input.returnOld ? { ReturnValues: 'ALL_OLD' } : {}),
    });
    const old = member(answer, 'Attributes');
    return { deleted: true as const, ...(old === undefined ? {} : { item: plainRow(old) }) };
  },
});
