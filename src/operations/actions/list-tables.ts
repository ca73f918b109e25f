import { z } from 'zod';
import { member } from '../request/json-value.js';
import { action } from './action.js';
import { schema } from './action-words.js';

export const listTables = action({
  name: 'listTables',
  description: 'Lists the tables of a schema that you may know of.',
  input: z.strictObject({
    schema,
    fetchAll: z.boolean().default(true),
    limit: z.int().min(1).max(100).optional().describe('Names on one page, without fetchAll.'),
    startAfter: z.string().optional().describe('The nextStartAfter of an earlier answer.'),
  }),
  output: z.strictObject({ tables: z.array(z.string()), nextStartAfter: z.string().optional() }),
  async run(input, tools) {
    const body = {
      ...(input.limit === undefined || input.fetchAll ? {} : { Limit: input.limit }),
      ...(input.startAfter === undefined ? {} : { ExclusiveStartTableName: input.startAfter }),
    };
    const tables: string[] = [];
    for await (const { rows, content } of tools.pages('ListTables', body, {
      maxItems: undefined,
      maxUnits: undefined,
    })) {
      tables.push(...rows.map(String));
      if (input.fetchAll) continue;
      const next = member(content, 'LastEvaluatedTableName');
      return { tables, ...(typeof next === 'string' ? { nextStartAfter: next } : {}) };
    }
    return { tables };
  },
});
