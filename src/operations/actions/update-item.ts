import { z } from 'zod';
import { invalid } from '../refuse.js';
import { asObject, member } from '../request/json-value.js';
import { action } from './action.js';
import { keyOf } from './action-keys.js';
import { conditions, expressionParts, item, key, schema, table } from './action-words.js';
import { actionValue, ExpressionBuilder } from './expression-builder.js';
import { plainRow } from './read-rows.js';

const byAttribute = item.optional();

export const updateItem = action({
  name: 'updateItem',
  description: 'Changes attributes of one item.',
  input: z.strictObject({
    schema,
    table,
    ...key,
    set: byAttribute.describe('Attributes and their new values.'),
    remove: z.array(z.string().min(1)).optional().describe('Attributes to take away.'),
    add: byAttribute.describe('Numbers to add to attributes, or sets with elements to add.'),
    delete: byAttribute.describe('Sets with elements to take out of attributes.'),
    updateExpression: z.string().optional(),
    mode: z.enum(['update', 'upsert']).default('update').describe('update fails where no item of that key is there.'),
    condition: conditions,
    conditionExpression: z.string().optional(),
    ...expressionParts,
    return: z
      .enum(['nothing', 'old', 'new'])
      .default('nothing')
      .describe('Whether to give out the item before or after.'),
  }),
  output: z.strictObject({ updated: z.literal(true), item: item.optional() }),
  async run(input, tools) {
    const facts = await tools.factsOf(input.table);
    const expressions = new ExpressionBuilder(input);
    const update = updateExpression(input, expressions);
    const isThere =
      input.mode === 'update' ? [{ attribute: [facts.partitionKey.name], operator: 'exists' as const }] : [];
    if (isThere.length > 0 && input.conditionExpression !== undefined) {
      throw invalid('conditionExpression', 'mode update is a condition itself: use mode upsert, or condition');
    }
    const condition = expressions.all([...isThere, ...(input.condition ?? [])], input.conditionExpression, 'condition');
    const answer = await tools.call('UpdateItem', {
      TableName: input.table,
      Key: keyOf(input, facts),
      UpdateExpression: update,
      ...(condition === undefined ? {} : { ConditionExpression: condition }),
      ...expressions.members(),
      ...(input.return === 'nothing' ? {} : { ReturnValues: input.return === 'old' ? 'ALL_OLD' : 'ALL_NEW' }),
    });
    const attributes = member(answer, 'Attributes');
    return { updated: true as const, ...(attributes === undefined ? {} : { item: plainRow(attributes) }) };
  },
});

interface Changes {
  readonly set?: unknown;
  readonly remove?: readonly string[] | undefined;
  readonly add?: unknown;
  readonly delete?: unknown;
  readonly updateExpression?: string | undefined;
}

function updateExpression(changes: Changes, expressions: ExpressionBuilder): string {
  const clause = (word: string, given: unknown, sign: string) => {
    const at = word.toLowerCase();
    const parts = Object.entries(given === undefined ? {} : asObject(given, at)).map(
      ([name, each]) => `${expressions.path([name])}${sign}${expressions.value(actionValue(each, `${at}.${name}`))}`,
    );
    return parts.length === 0 ? [] : [`${word} ${parts.join(', ')}`];
  };
  const removed = (changes.remove ?? []).map((name) => expressions.path([name]));
  const clauses = [
    ...clause('SET', changes.set, ' = '),
    ...(removed.length === 0 ? [] : [`REMOVE ${removed.join(', ')}`]),
    ...clause('ADD', changes.add, ' '),
    ...clause('DELETE', changes.delete, ' '),
  ];
  if (changes.updateExpression !== undefined && clauses.length > 0) {
    throw invalid('updateExpression', 'give changes by attribute or an expression, not both');
  }
  const [first] = clauses;
  if (changes.updateExpression === undefined && first === undefined) throw invalid('set', 'nothing is to be changed');
  return changes.updateExpression ?? clauses.join(' ');
}
