import { z } from 'zod';
import { invalid } from '../refuse.js';
import { action } from './action.js';
import { itemFor } from './action-keys.js';
import { type Condition, conditions, expressionParts, item, schema, table } from './action-words.js';
import { ExpressionBuilder } from './expression-builder.js';

export const upsertItem = action({
  name: 'upsertItem',
  description: 'Writes a whole item: a new one, in the place of one that is there, or either.',
  input: z.strictObject({
    schema,
    table,
    item,
    mode: z
      .enum(['create', 'replace', 'upsert'])
      .default('upsert')
      .describe('create fails where an item of that key is there, replace where none is.'),
    condition: conditions,
    conditionExpression: z.string().optional(),
    ...expressionParts,
  }),
  output: z.strictObject({ written: z.literal(true) }),
  async run(input, tools) {
    const facts = await tools.factsOf(input.table);
    if (input.mode !== 'upsert' && input.conditionExpression !== undefined) {
      throw invalid('conditionExpression', `mode ${input.mode} is a condition itself: use mode upsert, or condition`);
    }
    const expressions = new ExpressionBuilder(input);
    const all = [...presence(input.mode, facts.partitionKey.name), ...(input.condition ?? [])];
    const condition = expressions.all(all, input.conditionExpression, 'condition');
    await tools.call('PutItem', {
      TableName: input.table,
      Item: itemFor(input.item, facts),
      ...(condition === undefined ? {} : { ConditionExpression: condition }),
      ...expressions.members(),
    });
    return { written: true as const };
  },
});

function presence(mode: 'create' | 'replace' | 'upsert', partitionKey: string): readonly Condition[] {
  if (mode === 'upsert') return [];
  return [{ attribute: [partitionKey], operator: mode === 'create' ? 'notExists' : 'exists' }];
}
