import { z } from 'zod';
import { invalid } from '../refuse.js';
import { action } from './action.js';
import { schema, table } from './action-words.js';

export const deleteTable = action({
  name: 'deleteTable',
  description: 'Deletes a table with all its items, for good.',
  input: z.strictObject({
    schema,
    table,
    confirm: z.string().describe('The name of the table once more, as in `table`.'),
  }),
  output: z.strictObject({ deleted: z.literal(true) }),
  async run(input, tools) {
    if (input.confirm !== input.table) {
      throw invalid(
        'confirm',
        `expected ${JSON.stringify(input.table)} once more, because its items are lost for good`,
      );
    }
    await tools.call('DeleteTable', { TableName: input.table });
    return { deleted: true as const };
  },
});
