import { z } from 'zod';
import { action } from './action.js';
import { schema, table } from './action-words.js';
import { described, describedOf } from './table-words.js';

export const describeTable = action({
  name: 'describeTable',
  description: 'Tells the keys, indexes, size and billing of a table.',
  input: z.strictObject({ schema, table }),
  output: described,
  async run(input, tools) {
    return describedOf(await tools.call('DescribeTable', { TableName: input.table }), 'Table');
  },
});
