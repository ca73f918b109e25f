import { z } from 'zod';
import { action } from './action.js';
import { queriedKeys } from './action-keys.js';
import { conditions, expressionParts, index, projection, reading, rows, schema, table } from './action-words.js';
import { ExpressionBuilder } from './expression-builder.js';
import { projected, readRows } from './read-rows.js';

export const scanItems = action({
  name: 'scanItems',
  description: 'Reads a table or an index from end to end, which costs as much as it is large, whatever the filter.',
  input: z.strictObject({
    schema,
    table,
    index,
    filter: conditions,
    filterExpression: z.string().optional(),
    ...expressionParts,
    projection,
    ...reading,
  }),
  output: rows,
  async run(input, tools) {
    queriedKeys(await tools.factsOf(input.table), input.index);
    const expressions = new ExpressionBuilder(input);
    const filter = expressions.all(input.filter, input.filterExpression, 'filter');
    const body = {
      TableName: input.table,
      ...(input.index === undefined ? {} : { IndexName: input.index }),
      ...(filter === undefined ? {} : { FilterExpression: filter }),
      ...projected(input.projection, expressions),
      ...expressions.members(),
    };
    return readRows('Scan', { body, reading: input }, tools);
  },
});
