import { z } from 'zod';
import { member } from '../request/json-value.js';
import { action } from './action.js';
import { item, schema, value } from './action-words.js';
import { actionValue } from './expression-builder.js';
import { plainRow } from './read-rows.js';

const MAX_ROWS = 100_000;

export const rawRequest = action({
  name: 'rawRequest',
  description: 'Runs one PartiQL statement.',
  input: z.strictObject({
    schema,
    statement: z.string().min(1),
    parameters: z.array(value).min(1).optional().describe('The values of the question marks, in order.'),
    limit: z.int().positive().optional(),
    fetchAll: z.boolean().default(false),
    maxUnits: z.number().positive().optional(),
    nextToken: z.string().optional(),
    consistent: z.boolean().optional(),
  }),
  output: z.strictObject({
    items: z.array(item),
    nextToken: z.string().optional(),
    stoppedBy: z.enum(['maxItems', 'maxUnits']).optional(),
  }),
  async run(input, tools) {
    const body = {
      Statement: input.statement,
      ...(input.parameters === undefined
        ? {}
        : { Parameters: input.parameters.map((each, place) => actionValue(each, `parameters[${place}]`)) }),
      ...(input.limit === undefined || input.fetchAll ? {} : { Limit: input.limit }),
      ...(input.nextToken === undefined ? {} : { NextToken: input.nextToken }),
      ...(input.consistent === undefined ? {} : { ConsistentRead: input.consistent }),
    };
    const items: unknown[] = [];
    const limits = { maxItems: input.fetchAll ? (input.limit ?? MAX_ROWS) : undefined, maxUnits: input.maxUnits };
    for await (const { rows, content, stoppedBy } of tools.pages('ExecuteStatement', body, limits)) {
      items.push(...rows.map(plainRow));
      const token = member(content, 'NextToken');
      if (input.fetchAll && stoppedBy === undefined) continue;
      return {
        items,
        ...(typeof token === 'string' ? { nextToken: token } : {}),
        ...(stoppedBy === undefined ? {} : { stoppedBy }),
      };
    }
    return { items };
  },
});
